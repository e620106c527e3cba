import type { Control } from "../../control/control.ts";
import type { Locale } from "../../api/localised.ts";
import type { Claimed, Lane } from "./delivery.ts";

/** How long nobody else takes a delivery that a server has, unless it says again that it is at it. */
export const leaseMs = 12_000;

interface Row extends Omit<Claimed, "subscriber"> {
  sealed_contact: Uint8Array | null;
  locale: Locale | null;
  format: "statuspage" | "slack" | null;
  refusals: number | null;
}

/**
 * Takes deliveries that are due, the one that is due for longest first; several servers at once get different ones.
 * Of a thread a receiver's next one is not due before the one before it has ended. Hosts that are busy are passed over.
 */
export async function claim(
  { control }: { control: Control },
  {
    lane,
    channel,
    most,
    server,
    busyHosts,
  }: { lane: Lane; channel: "email" | "webhook"; most: number; server: string; busyHosts: readonly string[] },
): Promise<Claimed[]> {
  const rows = await control.query<Row>(claimSql, [lane, channel, most, server, leaseMs, busyHosts]);
  return rows
    .toSorted((left, right) => Number(BigInt(left.number) - BigInt(right.number)))
    .map(({ sealed_contact: sealed, locale, format, refusals, ...row }) => ({
      ...row,
      subscriber:
        sealed === null || locale === null ? null : { sealed, locale, format, refusals: refusals ?? 0 },
    }));
}

const claimSql = `with due as (
    select d.number from interlock_control.deliveries d
     where d.lane = $1::smallint and d.channel = $2::text and d.state = 'waiting' and d.due_at <= now()
       and (d.host is null or d.host <> all($6::text[]))
       and not exists (select from interlock_control.deliveries e
                        where e.receiver = d.receiver and e.thread = d.thread and e.channel = d.channel
                          and e.number < d.number and e.state in ('waiting', 'sending'))
     order by d.due_at, d.number limit $3::integer
       for update of d skip locked
  ), taken as (
    update interlock_control.deliveries d
       set state = 'sending', attempts = d.attempts + 1, server = $4::text,
           lease_until = clock_timestamp() + make_interval(secs => $5::integer / 1000.0)
      from due where d.number = due.number
    returning d.number, d.kind, d.subject, d.revision, d.receiver, d.channel, d.host, d.attempts
  )
  select t.*, s.sealed_contact, s.locale, s.format, s.refusals
    from taken t left join interlock_control.subscribers s on s.id = t.receiver`;

/** Says that this server is still at them. */
export async function renewLeases(
  { control }: { control: Control },
  { server, numbers }: { server: string; numbers: readonly string[] },
): Promise<void> {
  await control.query(
    `update interlock_control.deliveries
        set lease_until = clock_timestamp() + make_interval(secs => $3::integer / 1000.0)
      where number = any($1::bigint[]) and state = 'sending' and server = $2::text`,
    [numbers, server, leaseMs],
  );
}

/**
 * Gives back what a server had that is no more. Whether it arrived is not known, so each counts as a doubt and is
 * tried again. Returns how many.
 */
export async function takeBackAbandoned({ control }: { control: Control }): Promise<number> {
  const rows = await control.query(
    `update interlock_control.deliveries
        set state = 'waiting', server = null, lease_until = null, doubts = doubts + 1, due_at = clock_timestamp(),
            problem = 'its server died'
      where state = 'sending' and lease_until < clock_timestamp()
      returning number`,
  );
  return rows.length;
}
