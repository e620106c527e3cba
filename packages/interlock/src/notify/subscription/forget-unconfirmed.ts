import { sleep } from "../../std/sleep.ts";
import type { Control } from "../../control/control.ts";
import type { Work } from "../../control/work.ts";

const everyMs = 10 * 60_000;

/** How long deliveries are kept after they ended: what was told when can be looked up that long. */
const keptDays = 90;
const batch = 5_000;

/** Erases addresses that nobody confirmed, and forgets old deliveries. */
export function forgetUnconfirmedWork({ control }: { control: Control }): Work {
  return {
    name: "forget who did not confirm",
    async run(signal) {
      while (!signal.aborted) {
        await forgetUnconfirmed({ control });
        await forgetOldDeliveries({ control }, signal);
        await sleep(everyMs, signal).catch(() => undefined);
      }
    },
  };
}

/** Returns how many addresses were erased. Two days after the last question nobody will answer it. */
export async function forgetUnconfirmed({ control }: { control: Control }): Promise<number> {
  return control.transact(async ({ query, audit }) => {
    await query(
      "delete from interlock_control.subscription_asks where expires_at <= clock_timestamp() - interval '1 hour'",
    );
    const gone = await query(
      `delete from interlock_control.subscribers s
        where s.state = 'asked' and s.created_at <= clock_timestamp() - interval '1 day'
          and not exists (select from interlock_control.subscription_asks a where a.subscriber = s.id)
        returning s.id`,
    );
    if (gone.length > 0) {
      const detail = { subscribers: gone.length };
      audit({ actor: "interlock", action: "subscriber.forget", subject: "subscribers", detail });
    }
    return gone.length;
  });
}

/** A telling that has ended makes no second delivery, so a forgotten one is not made again. */
export async function forgetOldDeliveries(
  { control }: { control: Control },
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const gone = await control.query(
      `with old as (
         select number from interlock_control.deliveries
          where ended_at <= clock_timestamp() - make_interval(days => $1::integer) limit $2::integer)
       delete from interlock_control.deliveries d using old where d.number = old.number returning d.number`,
      [keptDays, batch],
    );
    if (gone.length < batch) return;
  }
}
