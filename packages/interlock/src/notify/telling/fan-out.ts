import type { Control, Transaction } from "../../control/control.ts";
import { findFallen, keyOf } from "./standing.ts";

/** Subscribers that are looked at in one transaction: some 50 ms, during which nobody else waits for anything. */
const defaultBatch = 2_000;

interface TellingRow {
  number: string;
  kind: string;
  subject: string;
  revision: number;
  category: string;
  thread: string;
  components: string[];
  published_at: Date;
  told_up_to: string;
}

/**
 * Makes deliveries of what is to be told, for one batch of subscribers after the number that it had got to. Whoever
 * dies in the middle has changed nothing, and the next one goes on there. Tellings of one thread go one after
 * another, so the deliveries of each subscriber have their numbers in that order. Returns false when there was
 * nothing to do.
 */
export async function fanOut(
  { control }: { control: Control },
  { batch = defaultBatch }: { batch?: number } = {},
): Promise<boolean> {
  return control.transact(async ({ query }) => {
    const [telling] = await query<TellingRow>(openSql);
    if (telling === undefined) return false;
    const fallen = await findFallen(query, [telling]);
    if (fallen.has(keyOf(telling))) await end(query, telling);
    else await insertBatch(query, { telling, batch });
    return true;
  });
}

/** The oldest telling that nobody works on, and that is the oldest of its thread. */
const openSql = `select number, kind, subject, revision, category, thread, components, published_at, told_up_to
    from interlock_control.tellings t
   where t.ended_at is null
     and not exists (select from interlock_control.tellings e
                      where e.thread = t.thread and e.ended_at is null and e.number < t.number)
   order by t.number limit 1
     for update of t skip locked`;

async function insertBatch(
  query: Transaction["query"],
  { telling, batch }: { telling: TellingRow; batch: number },
): Promise<void> {
  const { number, kind, subject, revision, category, thread, components } = telling;
  const [counts] = await query<{ up_to: string | null; seen: number; told: number }>(insertSql, [
    telling.told_up_to,
    batch,
    kind,
    subject,
    revision,
    thread,
    category,
    components,
    telling.published_at,
  ]);
  await query(
    `update interlock_control.tellings set told_up_to = coalesce($2::bigint, told_up_to), told = told + $3::integer
      where number = $1::bigint`,
    [number, counts?.up_to ?? null, counts?.told ?? 0],
  );
  if ((counts?.seen ?? 0) < batch) await end(query, telling);
}

/**
 * What a receiver could not be told yet, although it was tried, is dropped where there is a later message of the same
 * thread: that one holds all earlier texts, so nothing is lost, and a receiver that comes back is not told in the
 * wrong order. What was never tried goes out as it is.
 */
const insertSql = `with part as (
    select s.number, s.id, s.channel, s.host, s.format, s.kinds, s.components, s.confirmed_at
      from interlock_control.subscribers s
     where s.state = 'active' and s.number > $1::bigint
     order by s.number limit $2::integer
  ), made as (
    insert into interlock_control.deliveries (kind, subject, revision, receiver, channel, lane, thread, host)
    select $3::text, $4::text, $5::integer, p.id, p.channel, 2, $6::text, p.host
      from part p
     where $7::text = any(p.kinds) and p.confirmed_at <= $9::timestamptz
       and (p.components = '{}' or cardinality($8::text[]) = 0 or p.components && $8::text[])
       and ($3::text <> 'component' or p.format = 'statuspage')
     order by p.number
    on conflict (kind, subject, revision, receiver, channel) do nothing
    returning receiver, number
  ), contained as (
    update interlock_control.deliveries d
       set state = 'dropped', ended_at = clock_timestamp(), problem = 'contained-in-a-later-one'
      from made m
     where d.receiver = m.receiver and d.thread = $6::text and d.kind = $3::text and d.number < m.number
       and d.state = 'waiting' and d.attempts > 0
  )
  select (select max(number) from part) as up_to, (select count(*) from part)::integer as seen,
         (select count(*) from made)::integer as told`;

async function end(query: Transaction["query"], { number }: TellingRow): Promise<void> {
  await query(
    "update interlock_control.tellings set ended_at = clock_timestamp() where number = $1::bigint and ended_at is null",
    [number],
  );
}
