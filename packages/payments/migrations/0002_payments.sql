-- E-commerce payments. The state of a payment is in is_paid, is_refunded, failure_code and authorized_at:
-- open (none of them), authorized (authorized_at), paid, refunded in full (both), failed or aborted (failure_code).
create table payments (
  id text primary key check (starts_with(id, 'pay_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  -- What is to be paid; once it is captured, what was captured.
  amount_cents integer not null check (amount_cents between 99 and 2000000),
  amount_refunded_cents integer not null default 0 check (amount_refunded_cents >= 0),
  -- Refunds that the acquirer has been asked for and has not answered yet.
  amount_refunding_cents integer not null default 0 check (amount_refunding_cents >= 0),
  currency text not null check (currency = 'EUR'),
  is_paid boolean not null default false,
  is_refunded boolean not null default false,
  created_at timestamptz not null default now(),
  paid_at timestamptz,
  failure_code text,
  failure_message text,
  -- The acquirer operation that decides this payment. Set once, before the acquirer is called.
  attempt_id text,
  -- Deferred capture: false means that the card is only authorized, and captured when the merchant says so.
  auto_capture boolean not null default true,
  authorized_amount_cents integer check (authorized_amount_cents between 99 and 2000000),
  authorized_at timestamptz,
  authorization_expires_at timestamptz,
  -- The acquirer operation that captures or releases the authorisation. Emptied when it is declined.
  closing_id text,
  description text,
  metadata jsonb,
  billing jsonb,
  shipping jsonb,
  hosted_payment jsonb,
  notification_url text,
  -- Null until known.
  is_3ds boolean,
  force_3ds boolean not null default false,
  -- save_card: keep the card. allow_save_card: ask the card holder whether to.
  save_card boolean not null default false,
  allow_save_card boolean not null default false,
  -- The kind of payment method; null until a card has been tried.
  payment_method text,
  -- Who starts it: PAYER on the page, or MERCHANT with a saved card.
  initiator text,
  installment_plan_id text,
  -- The merchant's customer that a card saved with this payment belongs to.
  customer_id text,
  -- The saved card that it was paid with, or that was saved with it.
  card_id text,
  card_brand text,
  card_last4 text check (length(card_last4) = 4),
  card_exp_month smallint,
  card_exp_year smallint,
  card_country text,
  constraint payments_refunds_within_capture check (amount_refunded_cents + amount_refunding_cents <= amount_cents),
  constraint payments_capture_within_authorization check (amount_cents <= authorized_amount_cents),
  constraint payments_authorization_ends check ((authorized_at is null) = (authorization_expires_at is null))
) with (fillfactor = 80);

create index payments_by_merchant on payments (merchant_id, is_live, created_at desc, id desc);
-- Deferred captures by when they end, the finished ones too: a condition on a column that changes when a payment
-- is settled would make that update of every payment write to all indexes.
create index payments_by_expiry on payments (authorization_expires_at) where authorization_expires_at is not null;

create table refunds (
  id text primary key check (starts_with(id, 're_')),
  payment_id text not null references payments (id),
  amount_cents integer not null check (amount_cents > 0),
  state text not null check (state in ('pending', 'succeeded', 'failed')),
  metadata jsonb,
  created_at timestamptz not null default now()
);

create index refunds_by_payment on refunds (payment_id, created_at desc);
