import { statement } from "../database/statement.ts";

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
}

/**
 * Takes at most $1 notifications that are due for $2 seconds, from as many receivers as there are: the first of
 * each, then the second of each. At most $3 for one receiver, or for those in $4 as many as stand in the same
 * place of $5. Passes over those that another one of the same stream comes before, and those that somebody else
 * is taking right now. The receivers are found by hopping through the index from one to the next.
 */
export const leaseNotifications = statement(
  "lease-notifications",
  `with recursive receivers as (
  (select notifications.receiver from notifications
   where notifications.state = 'waiting' order by notifications.receiver limit 1)
  union all
  select (select notifications.receiver from notifications
    where notifications.state = 'waiting' and notifications.receiver > receivers.receiver
    order by notifications.receiver limit 1)
  from receivers where receivers.receiver is not null
), candidates as (
  select chosen.id
  from receivers
  left join unnest($4::text[], $5::integer[]) as known (receiver, room) on known.receiver = receivers.receiver
  cross join lateral (
    select due.id, row_number() over () as place
    from (
      select notifications.id from notifications
      where notifications.state = 'waiting' and notifications.receiver = receivers.receiver
        and notifications.next_attempt_at <= now()
        and not exists (
          select from notifications as earlier
          where earlier.stream_id = notifications.stream_id and earlier.state = 'waiting'
            and earlier.id < notifications.id
        )
      order by notifications.next_attempt_at
      limit coalesce(known.room, $3::integer)
    ) as due
  ) as chosen
  where receivers.receiver is not null
  order by chosen.place
  limit $1::integer
), taken as (
  select notifications.id
  from notifications join candidates on candidates.id = notifications.id
  where notifications.state = 'waiting' and notifications.next_attempt_at <= now()
  for update of notifications skip locked
)
update notifications
set attempts = notifications.attempts + 1,
  next_attempt_at = now() + make_interval(secs => $2::double precision)
from taken
where notifications.id = taken.id
returning notifications.id::text, notifications.merchant_id, notifications.is_live, notifications.subject_id,
  notifications.event, notifications.url, notifications.receiver, notifications.attempts`,
);

/**
 * Notification $1, taken for the $2nd time, is 'delivered' or 'given_up' ($3), with response code $4 and failure
 * $5 (null when delivered). The next one of its stream is due. No row: the lease has ended and somebody else has it.
 */
export const finishNotification = statement(
  "finish-notification",
  `with finished as (
  update notifications set state = $3::notification_state, finished_at = now(), response_code = $4::smallint,
    failure = $5::text
  where notifications.id = $1::bigint and notifications.attempts = $2::integer and notifications.state = 'waiting'
  returning notifications.id, notifications.stream_id
), next_in_stream as (
  update notifications set next_attempt_at = now()
  from finished
  where notifications.id = (
      select min(following.id) from notifications as following
      where following.stream_id = finished.stream_id and following.state = 'waiting' and following.id > finished.id
    )
    and notifications.next_attempt_at > now()
)
select finished.id::text from finished`,
);

/**
 * Notification $1, taken for the $2nd time, is tried again in $5 seconds, because of response code $3 and failure
 * $4. Those behind it in its stream wait with it, out of the way. No row: somebody else has it.
 */
export const postponeNotification = statement(
  "postpone-notification",
  `with postponed as (
  update notifications set next_attempt_at = now() + make_interval(secs => $5::double precision),
    response_code = $3::smallint, failure = $4::text
  where notifications.id = $1::bigint and notifications.attempts = $2::integer and notifications.state = 'waiting'
  returning notifications.id, notifications.stream_id, notifications.next_attempt_at
), behind as (
  update notifications set next_attempt_at = postponed.next_attempt_at
  from postponed
  where notifications.stream_id = postponed.stream_id and notifications.state = 'waiting'
    and notifications.id > postponed.id
)
select postponed.id::text from postponed`,
);

/** Forgets at most $2 notifications that were delivered or given up $1 seconds ago. */
export const forgetNotifications = statement(
  "forget-notifications",
  `with old as (
  select notifications.id from notifications
  where notifications.state <> 'waiting'
    and notifications.finished_at < now() - make_interval(secs => $1::double precision)
  limit $2::integer
  for update skip locked
)
delete from notifications using old where notifications.id = old.id
returning notifications.id::text`,
);
