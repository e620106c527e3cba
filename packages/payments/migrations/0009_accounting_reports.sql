-- What was paid, refunded and charged in fees between two days, as a file that can be fetched for a while.
create table accounting_reports (
  id text primary key check (starts_with(id, 'ar_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  start_date date not null,
  end_date date not null,
  notification_url text,
  state text not null default 'waiting' check (state in ('waiting', 'available', 'failed')),
  -- Part of the address of the file; only its SHA-256 would not do, because the address is shown again.
  file_name text not null unique,
  content text,
  rows_count integer,
  available_until timestamptz,
  created_at timestamptz not null default now(),
  check (start_date <= end_date),
  check ((state = 'available') = (content is not null))
);

create index accounting_reports_by_merchant on accounting_reports (merchant_id, is_live, created_at desc, id desc);
create index accounting_reports_waiting on accounting_reports (created_at) where state = 'waiting';
