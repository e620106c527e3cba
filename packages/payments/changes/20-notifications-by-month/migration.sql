-- Notifications by the month they were written in: an old month goes by dropping its table.
alter table notifications rename to notifications_whole;
alter table notifications_whole rename constraint notifications_pkey to notifications_whole_pkey;
alter sequence notifications_id_seq rename to notifications_whole_id_seq;
drop index notifications_due, notifications_by_stream, notifications_by_subject, notifications_by_finish;

create table notifications (
  id bigint generated always as identity,
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  subject_id text not null,
  stream_id text not null,
  event text not null,
  url text not null,
  receiver text not null generated always as (
    lower(coalesce(substring(url from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*)'), ''))
  ) stored,
  state notification_state not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  response_code smallint,
  failure text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (id, created_at),
  check ((state = 'pending') = (finished_at is null))
) partition by range (created_at);

-- From the oldest row to a year from now, in UTC whatever the session's time zone is.
do $$
declare
  month timestamp := date_trunc('month', coalesce(
    (select min(notifications_whole.created_at) from notifications_whole), now()) at time zone 'UTC');
begin
  while month < (now() at time zone 'UTC') + interval '1 year' loop
    execute format(
      'create table %I partition of notifications for values from (%L) to (%L) with (fillfactor = 80)',
      'notifications_' || to_char(month, 'YYYY_MM'),
      month at time zone 'UTC', (month + interval '1 month') at time zone 'UTC');
    month := month + interval '1 month';
  end loop;
end
$$;

-- Nothing is refused because somebody forgot to make a month.
create table notifications_of_no_month partition of notifications default with (fillfactor = 80);

insert into notifications (id, merchant_id, is_live, subject_id, stream_id, event, url, state, attempts,
  next_attempt_at, response_code, failure, created_at, finished_at)
overriding system value
select id, merchant_id, is_live, subject_id, stream_id, event, url, state, attempts,
  next_attempt_at, response_code, failure, created_at, finished_at
from notifications_whole;

select setval(pg_get_serial_sequence('notifications', 'id'), coalesce(max(id), 0) + 1, false) from notifications;

drop table notifications_whole;

create index notifications_due on notifications (receiver, next_attempt_at) where state = 'pending';
create index notifications_by_stream on notifications (stream_id, id) where state = 'pending';
create index notifications_by_subject on notifications (subject_id, id desc);
create index notifications_by_finish on notifications (finished_at) where state <> 'pending';
