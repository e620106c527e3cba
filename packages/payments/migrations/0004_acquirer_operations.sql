-- What we have asked the acquirer for, written down before we ask. `reference` is what the acquirer knows it
-- by: asking twice with the same one has one effect. A row that stays pending is settled by inquiry.
create table acquirer_operations (
  reference text primary key,
  kind text not null check (kind in ('payment', 'refund', 'terminal')),
  -- The payment, refund or terminal transaction that waits for the outcome.
  subject_id text not null,
  amount_cents integer not null check (amount_cents > 0),
  state text not null check (state in ('pending', 'approved', 'declined')),
  code text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'pending') = (finished_at is null))
);

create index acquirer_operations_pending on acquirer_operations (started_at) where state = 'pending';
