import type { Notifications, Release } from "../api/releases/release.ts";
import { statement, type Statement } from "../database/statement.ts";

/** A notification that a worker has taken, for as long as its lease lasts. */
export interface LeasedNotification {
  id: string;
  merchant_id: string;
  is_live: boolean;
  subject_id: string;
  event: string;
  url: string;
  receiver: string;
  /** How often it has been taken, this time counted. Names the lease. */
  attempts: number;
  /** In releases whose key it is part of. */
  created_at?: string;
}

/** The key of a notification's row in `table`. */
const keyOf = ({ key }: Notifications, table: string): string =>
  key.map((name) => `${table}.${name}`).join(", ");
const sameRow = ({ key }: Notifications, other: string): string =>
  key.map((name) => `notifications.${name} = ${other}.${name}`).join(" and ");
/** True for the row with id $1, written at $6 where that is part of the key. */
const isMeant = ({ key }: Notifications): string =>
  `notifications.id = $1::bigint${key.includes("created_at") ? " and notifications.created_at = $6::timestamptz" : ""}`;

/** $6 of the statements that mean a notification, in releases that have it. */
export function keyValues(
  { notifications }: Release,
  { created_at: createdAt }: LeasedNotification,
): unknown[] {
  return notifications.key.includes("created_at") ? [createdAt] : [];
}

/**
 * Takes at most $1 notifications that are due for $2 seconds, from as many receivers as there are: the first of
 * each, then the second of each. At most $3 for one receiver, or for those in $4 as many as stand in the same
 * place of $5. Passes over those that another one of the same stream comes before, and those that somebody else
 * is taking right now. The receivers are found by hopping through the index from one to the next; where they are
 * many, few are locked of each.
 */
export function leaseNotifications({ notifications }: Release): Statement {
  return statement(
    "lease-notifications",
    `with recursive receivers as (
  (select notifications.receiver from notifications
   where notifications.state = '${notifications.waiting}' order by notifications.receiver limit 1)
  union all
  select (select notifications.receiver from notifications
    where notifications.state = '${notifications.waiting}' and notifications.receiver > receivers.receiver
    order by notifications.receiver limit 1)
  from receivers where receivers.receiver is not null
), taken as (
  select ${keyOf(notifications, "chosen")}
  from receivers
  left join unnest($4::text[], $5::integer[]) as known (receiver, room) on known.receiver = receivers.receiver
  cross join lateral (
    select ${keyOf(notifications, "free")}, row_number() over () as place
    from (
      select ${keyOf(notifications, "notifications")} from notifications
      where notifications.state = '${notifications.waiting}' and notifications.receiver = receivers.receiver
        and notifications.next_attempt_at <= now()
        and not exists (
          select from notifications as earlier
          where earlier.stream_id = notifications.stream_id and earlier.state = '${notifications.waiting}'
            and earlier.id < notifications.id
        )
      order by notifications.next_attempt_at
      limit least(
        coalesce(known.room, $3::integer),
        greatest(1, 2 * $1::integer / (select count(*) from receivers))
      )
      for update of notifications skip locked
    ) as free
  ) as chosen
  where receivers.receiver is not null
  order by chosen.place
  limit $1::integer
)
update notifications
set attempts = notifications.attempts + 1,
  next_attempt_at = now() + make_interval(secs => $2::double precision)
from taken
where ${sameRow(notifications, "taken")}
returning ${notifications.returned}, notifications.merchant_id, notifications.is_live, notifications.subject_id,
  notifications.event, notifications.url, notifications.receiver, notifications.attempts`,
  );
}

/**
 * Notification $1, taken for the $2nd time, is delivered or given up ($3, in the word of the release), with response code $4 and failure
 * $5 (null when delivered). The next one of its stream is due. No row: the lease has ended and somebody else has it.
 */
export function finishNotification({ notifications }: Release): Statement {
  return statement(
    "finish-notification",
    `with finished as (
  update notifications set state = ${notifications.outcome}, finished_at = now(), response_code = $4::smallint,
    failure = $5::text
  where ${isMeant(notifications)} and notifications.attempts = $2::integer and notifications.state = '${notifications.waiting}'
  returning notifications.id, notifications.stream_id
), next_in_stream as (
  update notifications set next_attempt_at = now()
  from finished
  where notifications.id = (
      select min(following.id) from notifications as following
      where following.stream_id = finished.stream_id and following.state = '${notifications.waiting}' and following.id > finished.id
    )
    and notifications.next_attempt_at > now()
)
select finished.id::text from finished`,
  );
}

/**
 * Notification $1, taken for the $2nd time, is tried again in $5 seconds, because of response code $3 and failure
 * $4. Those behind it in its stream wait with it, out of the way. No row: somebody else has it.
 */
export function postponeNotification({ notifications }: Release): Statement {
  return statement(
    "postpone-notification",
    `with postponed as (
  update notifications set next_attempt_at = now() + make_interval(secs => $5::double precision),
    response_code = $3::smallint, failure = $4::text
  where ${isMeant(notifications)} and notifications.attempts = $2::integer and notifications.state = '${notifications.waiting}'
  returning notifications.id, notifications.stream_id, notifications.next_attempt_at
), behind as (
  update notifications set next_attempt_at = postponed.next_attempt_at
  from postponed
  where notifications.stream_id = postponed.stream_id and notifications.state = '${notifications.waiting}'
    and notifications.id > postponed.id
)
select postponed.id::text from postponed`,
  );
}

/** Forgets at most $2 notifications that were delivered or given up $1 seconds ago. */
export function forgetNotifications({ notifications }: Release): Statement {
  return statement(
    "forget-notifications",
    `with old as (
  select ${keyOf(notifications, "notifications")} from notifications
  where notifications.state <> '${notifications.waiting}'
    and notifications.finished_at < now() - make_interval(secs => $1::double precision)
  limit $2::integer
  for update skip locked
)
delete from notifications using old where ${sameRow(notifications, "old")}
returning notifications.id::text`,
  );
}
