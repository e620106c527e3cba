import type { Subscriber } from "../../api/subscribers.ts";
import type { Transaction } from "../../control/control.ts";

/**
 * Ends a subscription: its address is erased, and what still waits for it is dropped. Returns whether it was not
 * over already. What is on its way in this moment arrives.
 */
export async function endSubscriber(
  { query, audit, emit }: Transaction,
  {
    subscriber,
    because,
    actor,
  }: { subscriber: string; because: NonNullable<Subscriber["endedBecause"]>; actor: string },
): Promise<boolean> {
  const ended = await query<{ channel: string }>(
    `update interlock_control.subscribers
        set state = 'ended', ended_at = clock_timestamp(), ended_because = $2::text,
            sealed_contact = null, address_digest = null, shown_address = '', host = null
      where id = $1::text and state <> 'ended'
      returning channel`,
    [subscriber, because],
  );
  const [row] = ended;
  if (row === undefined) return false;
  await query(
    `update interlock_control.deliveries set state = 'dropped', ended_at = clock_timestamp(), problem = $2::text
      where receiver = $1::text and state = 'waiting'`,
    [subscriber, because],
  );
  const detail = { channel: row.channel, because };
  audit({ actor, action: "subscriber.end", subject: subscriber, detail });
  emit({ kind: "subscriber-ended", subject: subscriber, detail });
  return true;
}
