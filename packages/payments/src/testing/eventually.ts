import { setTimeout as sleep } from "node:timers/promises";

/** Asks again until `done` says so, and returns that answer; one that never comes fails the test by its time limit. */
export async function eventually<Value>(
  ask: () => Promise<Value>,
  done: (value: Value) => boolean,
): Promise<Value> {
  for (;;) {
    const value = await ask();
    if (done(value)) return value;
    await sleep(50);
  }
}
