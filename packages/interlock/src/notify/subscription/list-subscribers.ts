import type { Subscriber, SubscriberListQuery } from "../../api/subscribers.ts";
import type { Caller } from "../../access/caller.ts";
import { requireEveryEnvironment } from "../../access/require-every-environment.ts";
import type { Control } from "../../control/control.ts";
import { subscriberColumns, subscriberOf, type SubscriberRow } from "./subscriber.ts";

type Counts = Record<Subscriber["state"], number>;

/** Subscribers in the order that they came, and how many there are of each state. */
export async function listSubscribers(
  { control }: { control: Control },
  { state, channel, after, limit, caller }: SubscriberListQuery & { caller: Caller },
): Promise<{ subscribers: Subscriber[]; counts: Counts }> {
  requireEveryEnvironment(caller);
  const rows = await control.query<SubscriberRow>(
    `select ${subscriberColumns} from interlock_control.subscribers s
      where ($1::text is null or s.state = $1::text) and ($2::text is null or s.channel = $2::text)
        and ($3::text is null
             or s.number > (select number from interlock_control.subscribers where id = $3::text))
      order by s.number limit $4::integer`,
    [state ?? null, channel ?? null, after ?? null, limit],
  );
  const counted = await control.query<{ state: Subscriber["state"]; count: number }>(
    "select state, count(*)::integer as count from interlock_control.subscribers group by state",
  );
  const counts: Counts = { asked: 0, active: 0, ended: 0 };
  for (const row of counted) counts[row.state] = row.count;
  return { subscribers: rows.map(subscriberOf), counts };
}
