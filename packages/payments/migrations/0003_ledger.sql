-- Double entry, in cents. Each row moves an amount from one account to another, and its kind says between which
-- two: there is no way to write a booking that does not sum to zero, or that mixes test money with live money.
--   capture: the acquirer owes us the amount, we owe it to the merchant
--   fee:     the merchant owes us the fee
--   refund:  the merchant gives the amount back, we owe it to the acquirer
-- The merchant has no foreign key here: it comes from a payment or a terminal transaction that has one, and a
-- key to a few rows that every booking shares makes all of them lock the same rows.
create table ledger_transfers (
  id bigint generated always as identity primary key,
  -- The payment, refund or terminal transaction that it books.
  reference text not null,
  kind text not null check (kind in ('capture', 'fee', 'refund')),
  merchant_id text not null,
  is_live boolean not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null check (currency = 'EUR'),
  created_at timestamptz not null default now(),
  constraint ledger_transfers_booked_once unique (reference, kind)
);

-- The same as entries in accounts such as 'test:fees' and 'live:merchant:acc_…': a debit is positive, a credit
-- negative.
create view ledger_entries as
  select ledger_transfers.id as transfer_id, ledger_transfers.reference, ledger_transfers.kind,
    case when ledger_transfers.is_live then 'live:' else 'test:' end || entry.account as account_id,
    entry.amount_cents, ledger_transfers.currency, ledger_transfers.created_at
  from ledger_transfers, lateral (values
    (case kind when 'capture' then 'acquirer' else 'merchant:' || merchant_id end, amount_cents),
    (case kind when 'capture' then 'merchant:' || merchant_id when 'fee' then 'fees' else 'acquirer' end, -amount_cents)
  ) as entry (account, amount_cents);

create function ledger_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is append-only: book the opposite instead' using errcode = 'restrict_violation';
end
$$;

create trigger ledger_transfers_append_only before update or delete or truncate on ledger_transfers
  for each statement execute function ledger_append_only();

-- What we owe each merchant: captures less fees, less refunds given back or asked for. A refund changes this row in
-- the statement that reserves it, so the policy is kept however many run at once.
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

-- What merchants are owed besides: a capture adds a row instead of changing the balance, so that the payments of one
-- merchant don't wait for each other. The worker, and each refund for its merchant, move the rows into the balance.
create table merchant_credits (
  id bigint generated always as identity,
  merchant_id text not null,
  is_live boolean not null,
  amount_cents bigint not null check (amount_cents > 0),
  currency text not null check (currency = 'EUR'),
  primary key (merchant_id, is_live, id)
);

create view merchant_payables as
  select merchant_balances.merchant_id, merchant_balances.is_live, merchant_balances.currency,
    merchant_balances.payable_cents + coalesce((
      select sum(merchant_credits.amount_cents) from merchant_credits
      where merchant_credits.merchant_id = merchant_balances.merchant_id
        and merchant_credits.is_live = merchant_balances.is_live
        and merchant_credits.currency = merchant_balances.currency
    ), 0) as payable_cents
  from merchant_balances;
