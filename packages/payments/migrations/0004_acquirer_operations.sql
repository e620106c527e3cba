-- What we have asked the acquirer for, written down before we ask. `reference` is what the acquirer knows it
-- by: asking twice with the same one has one effect. A row that stays pending is settled by inquiry.
create table acquirer_operations (
  reference text primary key,
  -- payment: authorise (and capture at once, unless it is deferred); capture, release: of an authorisation;
  -- refund; terminal: a payment at a terminal; reversal: of one.
  kind text not null check (kind in ('payment', 'capture', 'release', 'refund', 'terminal', 'reversal')),
  -- The payment, refund or terminal transaction that waits for the outcome.
  subject_id text not null,
  amount_cents integer not null check (amount_cents > 0),
  state text not null check (state in ('pending', 'approved', 'declined')),
  code text,
  -- Where the card holder is asked to prove who they are (3-D Secure), and since when.
  challenge_url text,
  challenged_at timestamptz,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  check ((state = 'pending') = (finished_at is null))
);

-- Its condition is on finished_at, not on state: a statement that settles one operation asks for its reference
-- and `state = 'pending'`, and must find it by its key instead of walking through this index.
create index acquirer_operations_pending on acquirer_operations (started_at) where finished_at is null;
