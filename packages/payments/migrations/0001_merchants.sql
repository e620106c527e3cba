-- Who is paid, and the secret keys they call the Payment API with. A key itself is never stored, only its SHA-256.
create table merchants (
  id text primary key check (starts_with(id, 'acc_')),
  name text not null,
  created_at timestamptz not null default now()
);

create table api_keys (
  key_hash bytea primary key check (length(key_hash) = 32),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
