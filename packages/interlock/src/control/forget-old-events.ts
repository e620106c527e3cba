import { sleep } from "../std/sleep.ts";
import type { Control } from "./control.ts";
import type { Work } from "./work.ts";

/** Work of the leader: events older than seven days go, every hour; the audit log keeps what was decided. */
export function forgetOldEvents(control: Control): Work {
  return {
    name: "forget old events",
    async run(signal) {
      while (!signal.aborted) {
        while ((await forgetSome(control)) > 0) signal.throwIfAborted();
        await sleep(3_600_000, signal);
      }
    },
  };
}

/** Removes at most 5,000 events that are old enough; returns how many. */
export async function forgetSome(control: Control): Promise<number> {
  const gone = await control.query<{ number: string }>(
    `delete from interlock_control.events
      where number in (select number from interlock_control.events
                        where at < clock_timestamp() - interval '7 days' order by at limit 5000)
      returning number`,
  );
  return gone.length;
}
