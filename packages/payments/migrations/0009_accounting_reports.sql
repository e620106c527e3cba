-- What was paid, refunded and charged in fees between two days, as a file that can be fetched for a while.
create table accounting_reports (
  id text primary key check (starts_with(id, 'ar_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  -- Days in UTC, both included.
  start_date date not null,
  end_date date not null,
  notification_url text,
  state text not null default 'waiting' check (state in ('waiting', 'available', 'expired')),
  -- Part of the address of the file; only its SHA-256 would not do, because the address is shown again.
  file_name text not null unique,
  -- The bookings (of everybody) to look through, found out when the work begins, and the last one that has been.
  first_booking bigint,
  last_booking bigint,
  written_to bigint,
  -- Until when a worker has it. One that can't be made is put off by this, and keeps no other from being made.
  claimed_until timestamptz,
  available_until timestamptz,
  created_at timestamptz not null default now(),
  check (start_date <= end_date),
  check ((state = 'waiting') = (available_until is null))
);

create index accounting_reports_by_merchant on accounting_reports (merchant_id, is_live, created_at desc, id desc);
create index accounting_reports_waiting on accounting_reports (created_at) where state = 'waiting';
create index accounting_reports_available on accounting_reports (available_until) where state = 'available';

-- The file, in pieces of a bounded size: none of them is ever held as a whole.
create table accounting_report_parts (
  report_id text not null references accounting_reports (id),
  -- Each part covers the bookings up to this one.
  written_to bigint not null,
  content text not null,
  primary key (report_id, written_to)
);

-- Which bookings belong to a day. Bookings come in order of time, so a few kilobytes of BRIN are enough, and
-- booking does not get slower.
create index ledger_transfers_by_day on ledger_transfers using brin (created_at) with (pages_per_range = 16, autosummarize = on);
