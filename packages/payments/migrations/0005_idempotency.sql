-- One row for each Idempotency-Key of a merchant: the request it stands for, and the answer, byte for byte,
-- once there is one.
create table idempotency_keys (
  merchant_id text not null references merchants (id),
  is_live boolean not null,
  key text not null check (length(key) between 1 and 255),
  fingerprint bytea not null,
  status_code smallint,
  body text,
  -- The payment or refund that the request has begun, written in the same statement. From then on nobody may
  -- begin another one for this key: an answer that is missing is made from what became of this one.
  subject_id text,
  claimed_at timestamptz not null default now(),
  primary key (merchant_id, is_live, key),
  check ((status_code is null) = (body is null))
);

-- Keys are forgotten a day after they were claimed.
create index idempotency_keys_by_claim on idempotency_keys (claimed_at);
