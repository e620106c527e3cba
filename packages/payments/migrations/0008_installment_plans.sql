-- Payments in parts: the card holder pays the first one and saves the card, the others are charged to it when due.
create table installment_plans (
  id text primary key check (starts_with(id, 'inst_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  currency text not null default 'EUR' check (currency = 'EUR'),
  is_active boolean not null default true,
  is_fully_paid boolean not null default false,
  parts_count smallint not null check (parts_count >= 1),
  parts_paid smallint not null default 0,
  failure_code text,
  failure_message text,
  metadata jsonb,
  billing jsonb,
  shipping jsonb,
  hosted_payment jsonb,
  notification_url text,
  -- The card that was saved when the first part was paid.
  card_id text references cards (id),
  created_at timestamptz not null default now(),
  check (is_fully_paid = (parts_paid = parts_count)),
  check (not (is_active and (is_fully_paid or failure_code is not null)))
);

create index installment_plans_by_merchant on installment_plans (merchant_id, is_live, created_at desc, id desc);

create table installments (
  plan_id text not null references installment_plans (id),
  number smallint not null check (number >= 1),
  due_on date not null,
  amount_cents integer not null check (amount_cents between 99 and 2000000),
  -- Set once, by whoever starts the payment of this part.
  payment_id text unique references payments (id),
  -- Payments of this part that the acquirer never decided, so that it could be tried again.
  earlier_payment_ids text[] not null default '{}' check (cardinality(earlier_payment_ids) <= 5),
  state text not null default 'waiting' check (state in ('waiting', 'paid', 'failed', 'aborted')),
  primary key (plan_id, number),
  check (state <> 'paid' or payment_id is not null)
);

-- Parts that are still to be paid, and parts whose payment is under way.
create index installments_due on installments (due_on) where state = 'waiting' and payment_id is null;
create index installments_started on installments (payment_id) where state = 'waiting' and payment_id is not null;
