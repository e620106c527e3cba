-- Double entry, in cents: a debit is positive, a credit negative, and every booking sums to zero.
-- Test and live money are kept in accounts of their own: 'test:fees', 'live:merchant:acc_…'.
create table ledger_accounts (
  id text primary key,
  kind text not null check (kind in ('acquirer', 'fees', 'merchant')),
  is_live boolean not null,
  merchant_id text references merchants (id),
  check ((kind = 'merchant') = (merchant_id is not null)),
  check (starts_with(id, case when is_live then 'live:' else 'test:' end))
);

insert into ledger_accounts (id, kind, is_live) values
  ('test:acquirer', 'acquirer', false), ('test:fees', 'fees', false),
  ('live:acquirer', 'acquirer', true), ('live:fees', 'fees', true);

create table ledger_transactions (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('capture', 'refund')),
  -- The payment, refund or terminal transaction that it books.
  reference text not null,
  created_at timestamptz not null default now(),
  constraint ledger_transactions_booked_once unique (reference, kind)
);

create table ledger_entries (
  id bigint generated always as identity primary key,
  transaction_id bigint not null references ledger_transactions (id),
  account_id text not null references ledger_accounts (id),
  amount_cents bigint not null check (amount_cents <> 0),
  currency text not null check (currency = 'EUR')
);

create index ledger_entries_by_transaction on ledger_entries (transaction_id);

-- All entries of a booking arrive in one statement, so one look at what the statement added is enough:
-- no row is read again, and nothing unbalanced can be committed.
create function ledger_entries_balance() returns trigger language plpgsql as $$
begin
  if exists (
    select from added group by transaction_id, currency having sum(amount_cents) <> 0
  ) then
    raise exception 'the entries of a ledger transaction must sum to zero' using errcode = 'check_violation';
  end if;
  return null;
end
$$;

create trigger ledger_entries_balance after insert on ledger_entries
  referencing new table as added for each statement execute function ledger_entries_balance();

create function ledger_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: book the opposite instead' using errcode = 'restrict_violation';
end
$$;

create trigger ledger_entries_append_only before update or delete or truncate on ledger_entries
  for each statement execute function ledger_append_only();
create trigger ledger_transactions_append_only before update or delete or truncate on ledger_transactions
  for each statement execute function ledger_append_only();

-- What we owe each merchant: captures less fees, less refunds given back or asked for. The booking and this
-- row change in one statement, so the policy is kept however many refunds run at once.
create table merchant_balances (
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  currency text not null check (currency = 'EUR'),
  payable_cents bigint not null default 0,
  -- Policy: how far a merchant may owe us. Below zero, because a refund does not give our fee back.
  lowest_cents bigint not null default -100000 check (lowest_cents <= 0),
  primary key (merchant_id, is_live, currency),
  constraint merchant_balances_policy check (payable_cents >= lowest_cents)
) with (fillfactor = 50);
