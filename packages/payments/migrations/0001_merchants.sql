-- Who is paid, and the secret keys they call the Payment API with. A key itself is never stored, only its SHA-256.
create table merchants (
  id text primary key check (starts_with(id, 'acc_')),
  name text not null,
  country text not null default 'FR',
  -- Whoever logs in with these may ask for new keys. The password is kept as a salted scrypt hash.
  login_email text unique,
  password_hash bytea,
  -- Where the merchant is paid out.
  iban text,
  created_at timestamptz not null default now(),
  check ((login_email is null) = (password_hash is null))
);

create table api_keys (
  key_hash bytea primary key check (length(key_hash) = 32),
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- How often somebody tried to log in lately, whether there is such a login or not: a password is not to be
-- guessed. The login itself is not kept here, only its SHA-256.
create table login_attempts (
  login_hash bytea primary key check (length(login_hash) = 32),
  attempts integer not null check (attempts >= 1),
  first_at timestamptz not null default now()
);

create index login_attempts_by_age on login_attempts (first_at);
