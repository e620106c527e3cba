import type { Shadow } from "../../shadow/open-shadow.ts";
import { sleep } from "../../std/sleep.ts";

/** Some work, such as parsing a long text, looks at no signal until it is done. */
const patienceMs = 3_000;

/**
 * Ends a session, whatever it does. One that doesn't listen is killed where the server is ours, which costs
 * the other sessions of that server theirs. Never rejects: what can't be ended is left to the server's keeper.
 */
export async function endSession(shadow: Shadow, processId: number): Promise<void> {
  try {
    await shadow.query("select pg_terminate_backend($1::integer)", [processId]);
    const deadline = performance.now() + patienceMs;
    while (performance.now() < deadline) {
      if (!(await isThere(shadow, processId))) return;
      await sleep(20);
    }
    if (shadow.isEmbedded && (await isThere(shadow, processId))) process.kill(processId, "SIGKILL");
  } catch {
    // The server has gone, and every session with it.
  }
}

async function isThere(shadow: Shadow, processId: number): Promise<boolean> {
  const found = await shadow.query("select from pg_stat_activity where pid = $1::integer", [processId]);
  return found.length > 0;
}
