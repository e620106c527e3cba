-- Payment terminals (points of interaction) and what was paid at them.
create table terminals (
  poi_id text primary key,
  merchant_id text not null references merchants (id),
  is_live boolean not null default false,
  token_hash bytea not null unique check (length(token_hash) = 32),
  logged_in_at timestamptz,
  sale_id text
);

create table terminal_transactions (
  id text primary key check (starts_with(id, 'trm_')),
  poi_id text not null references terminals (poi_id),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  sale_id text not null,
  service_id text not null,
  sale_transaction_id text not null,
  amount_cents integer not null check (amount_cents between 99 and 2000000),
  currency text not null check (currency = 'EUR'),
  state text not null check (state in ('pending', 'approved', 'declined', 'aborted', 'reversed')),
  code text,
  -- The acquirer operation that gives the money back. Emptied when it is declined.
  reversal_id text,
  reversed_at timestamptz,
  card_brand text not null,
  card_last4 text not null check (length(card_last4) = 4),
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint terminal_transactions_asked_once unique (poi_id, sale_id, service_id)
) with (fillfactor = 80);

-- Whole transactions that were given back, each asked for under message identifiers of its own.
create table terminal_reversals (
  id text primary key check (starts_with(id, 'rev_')),
  transaction_id text not null references terminal_transactions (id),
  poi_id text not null references terminals (poi_id),
  sale_id text not null,
  service_id text not null,
  reason text not null,
  state text not null check (state in ('pending', 'approved', 'declined')),
  code text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint terminal_reversals_asked_once unique (poi_id, sale_id, service_id),
  check ((state = 'pending') = (finished_at is null))
) with (fillfactor = 80);

create index terminal_reversals_by_transaction on terminal_reversals (transaction_id);
