import type { Sealer } from "../../access/sealer.ts";
import type { Transaction } from "../../control/control.ts";
import { readPage } from "../page/read-page.ts";
import type { NotifyServices } from "../services.ts";
import { insertAsks, insertSubscribers } from "./insert-subscribers.ts";
import { checkWish, digestOf, newRow, readComponentIds, type CheckedWish, type Wish } from "./wish.ts";

/** Messages that ask one address to confirm: nobody's mailbox is filled by somebody else. */
const mostAsksOfAddress = { hour: 3, day: 6 };

/** Of everybody together in an hour, from the public page: a flood is not passed on. */
const mostAsksOfPublic = 2_000;

/**
 * Somebody on the public page wants to be told: whoever has the address is asked to confirm. What comes of it is
 * never told, so that nobody finds out who subscribes; the same address again changes nothing until it is confirmed.
 * Throws what `checkWish` and `readPage` throw.
 */
export async function askSubscription(services: NotifyServices, wish: Wish): Promise<void> {
  const { control, sealer, notify: settings } = services;
  await control.transact(async ({ query, audit, emit }) => {
    const page = await readPage(query, settings);
    const components = await readComponentIds(query, page.environment);
    const checked = checkWish(wish, { page, components, settings });
    if (await isFlooded(query)) return;
    const { subscriber, host } = await findOrInsert(query, { sealer, wish: checked });
    if (await wasAskedTooOften(query, subscriber)) return;
    await insertAsks(query, { asks: [{ subscriber, wish: checked, host }], sealer });
    const detail = { channel: checked.channel, locale: checked.locale };
    audit({ actor: "public", action: "subscriber.ask", subject: subscriber, detail });
    emit({ kind: "subscriber-asked", subject: subscriber, detail });
  });
}

async function findOrInsert(
  query: Transaction["query"],
  { sealer, wish }: { sealer: Sealer; wish: CheckedWish },
): Promise<{ subscriber: string; host: string | null }> {
  const { row } = newRow(sealer, wish);
  await insertSubscribers(query, [row], { by: "public", confirmedBecause: null });
  const [found] = await query<{ id: string; host: string | null }>(
    `select id, host from interlock_control.subscribers
      where channel = $1::text and address_digest = $2::bytea and state <> 'ended'
      for update`,
    [wish.channel, digestOf(sealer, wish)],
  );
  // It ended between the two statements: it is new then.
  if (found === undefined) return findOrInsert(query, { sealer, wish });
  return { subscriber: found.id, host: found.host };
}

/** Whether an address has been asked as often as it may be. Lock its row first. */
export async function wasAskedTooOften(query: Transaction["query"], subscriber: string): Promise<boolean> {
  const [counts] = await query<{ hour: number; day: number }>(
    `select count(*) filter (where asked_at > clock_timestamp() - interval '1 hour')::integer as hour,
            count(*)::integer as day
       from interlock_control.subscription_asks
      where subscriber = $1::text and asked_at > clock_timestamp() - interval '1 day'`,
    [subscriber],
  );
  return (counts?.hour ?? 0) >= mostAsksOfAddress.hour || (counts?.day ?? 0) >= mostAsksOfAddress.day;
}

async function isFlooded(query: Transaction["query"]): Promise<boolean> {
  const [row] = await query<{ count: number }>(
    `select count(*)::integer as count from interlock_control.subscription_asks a
       join interlock_control.subscribers s on s.id = a.subscriber and s.created_by = 'public'
      where a.asked_at > clock_timestamp() - interval '1 hour'`,
  );
  return (row?.count ?? 0) >= mostAsksOfPublic;
}
