-- What merchants are still to be told, written in the same statement as what happened (an outbox). Notifications
-- about one subject go out in order of id; several workers take them by lease.
create type notification_state as enum ('waiting', 'delivered', 'given_up');

create table notifications (
  id bigint generated always as identity primary key,
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  -- The payment, refund, installment plan or accounting report that it is about, and the payment whose
  -- notifications it keeps its place among.
  subject_id text not null,
  stream_id text not null,
  -- What happened: payment.challenged, payment.authorized, payment.paid, payment.failed, refund.succeeded, …
  event text not null,
  url text not null,
  -- Host and port of the URL: each gets a share of the workers, so that one that hangs can't take them all.
  receiver text not null generated always as (
    lower(coalesce(substring(url from '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#]*@)?([^/?#]*)'), ''))
  ) stored,
  state notification_state not null default 'waiting',
  -- Counts when a worker takes it, so that whoever had it before can no longer write down what came of it.
  attempts integer not null default 0,
  -- Not before; while a worker has it, until when it does.
  next_attempt_at timestamptz not null default now(),
  -- Of the last attempt; 0 when no answer came.
  response_code smallint,
  failure text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'waiting') = (finished_at is null))
) with (fillfactor = 80);

create index notifications_due on notifications (receiver, next_attempt_at) where state = 'waiting';
create index notifications_by_stream on notifications (stream_id, id) where state = 'waiting';
create index notifications_by_subject on notifications (subject_id, id desc);
-- Notifications are forgotten 30 days after they were delivered or given up.
create index notifications_by_finish on notifications (finished_at) where state <> 'waiting';
