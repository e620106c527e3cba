-- A merchant's own customers and the cards they have saved. A card number never gets here: `token` is what the
-- acquirer gave us for it, and `fingerprint` tells that two cards are the same one.
create table customers (
  id text primary key check (starts_with(id, 'cus_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  title text,
  first_name text,
  last_name text,
  email text,
  mobile_phone_number text,
  landline_phone_number text,
  company_name varchar(255),
  language text not null default 'fr',
  metadata jsonb,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

create index customers_by_merchant on customers (merchant_id, is_live, created_at desc, id desc);

create table customer_addresses (
  customer_id text primary key references customers (id),
  address1 text,
  address2 text,
  postcode text,
  city text,
  state text,
  country text
);

create table cards (
  id text primary key check (starts_with(id, 'card_')),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  customer_id text references customers (id),
  -- Emptied when the card is deleted: what is not there can't be charged.
  token text not null,
  fingerprint text not null,
  brand text not null,
  last4 text not null check (length(last4) = 4),
  -- MM/YYYY
  expiry text not null check (expiry ~ '^(0[1-9]|1[0-2])/2[0-9]{3}$'),
  country text,
  metadata jsonb,
  created_at timestamptz not null default now(),
  deleted_at timestamptz,
  check (deleted_at is null or token = '')
);

-- The same card saved again by the same merchant is the same card.
create unique index cards_saved_once on cards (merchant_id, is_live, fingerprint) where deleted_at is null;
create index cards_by_customer on cards (customer_id, created_at desc);
