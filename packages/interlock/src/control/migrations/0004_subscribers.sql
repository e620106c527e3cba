-- Who is told of what, and what became of telling them.

-- Subscribers ---------------------------------------------------------------------------------------------------

create table interlock_control.subscribers (
  number bigint generated always as identity primary key,
  id text not null unique,
  channel text not null check (channel in ('email', 'webhook')),
  format text check (format in ('statuspage', 'slack')),
  state text not null check (state in ('asked', 'active', 'ended')),
  address_digest bytea,
  sealed_contact bytea,
  shown_address text not null,
  unsubscribe_sha256 bytea not null unique,
  host text,
  locale text not null,
  components text[] not null default '{}',
  kinds text[] not null check (cardinality(kinds) > 0),
  refusals integer not null default 0,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  import_reason text,
  confirmed_at timestamptz,
  ended_at timestamptz,
  ended_because text check (ended_because in ('unsubscribed', 'removed', 'refused', 'gone', 'failing')),
  check ((channel = 'webhook') = (format is not null)),
  check ((state = 'ended') = (ended_at is not null)),
  check ((state = 'ended') = (sealed_contact is null)),
  check (state <> 'active' or confirmed_at is not null)
);
comment on table interlock_control.subscribers is 'Who wants to be told. Addresses are personal data: encrypted, and erased when it ends.';
comment on column interlock_control.subscribers.number is 'In the order that they came: how far a telling has got is one of these.';
comment on column interlock_control.subscribers.address_digest is 'A keyed digest of the address, to find it by; null when it ended.';
comment on column interlock_control.subscribers.sealed_contact is '{"address", "unsubscribe", "secret"}, encrypted with the server''s key.';
comment on column interlock_control.subscribers.shown_address is 'The address for people, with most of it left out.';
comment on column interlock_control.subscribers.unsubscribe_sha256 is 'Of the token in every message, which works for ever.';
comment on column interlock_control.subscribers.host is 'Of a webhook: its deliveries take turns with those to other hosts.';
comment on column interlock_control.subscribers.components is 'Ids of components or groups; empty for every one.';
comment on column interlock_control.subscribers.refusals is 'Permanent refusals of the address one after the other; some of them end it.';
comment on column interlock_control.subscribers.import_reason is 'Why nobody was asked to confirm; null where somebody was.';
create unique index subscribers_address_once on interlock_control.subscribers (channel, address_digest) where state <> 'ended';
create index subscribers_active on interlock_control.subscribers (number) where state = 'active';

create table interlock_control.subscription_asks (
  id text primary key,
  subscriber text not null references interlock_control.subscribers (id) on delete cascade,
  token_sha256 bytea not null unique,
  sealed_token bytea,
  format text,
  locale text not null,
  components text[] not null,
  kinds text[] not null,
  asked_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  confirmed_at timestamptz
);
comment on table interlock_control.subscription_asks is 'Subscriptions, and changes of them, that whoever has the address is asked to confirm.';
comment on column interlock_control.subscription_asks.sealed_token is 'Encrypted until its message has gone out; then only the hash is left.';
create index subscription_asks_of_subscriber on interlock_control.subscription_asks (subscriber, asked_at);
create index subscription_asks_by_age on interlock_control.subscription_asks (asked_at);

-- Tellings and deliveries ---------------------------------------------------------------------------------------

create table interlock_control.tellings (
  number bigint generated always as identity primary key,
  kind text not null check (kind in ('update', 'component', 'postmortem')),
  subject text not null,
  revision integer not null,
  category text not null check (category in ('incidents', 'maintenance', 'postmortems')),
  thread text not null,
  components text[] not null,
  facts jsonb not null default '{}',
  published_at timestamptz not null,
  made_at timestamptz not null default clock_timestamp(),
  told_up_to bigint not null default 0,
  told integer not null default 0,
  ended_at timestamptz,
  unique (kind, subject, revision)
);
comment on table interlock_control.tellings is 'What subscribers are told of: one for each revision of an update or post-mortem, and each change of a component.';
comment on column interlock_control.tellings.thread is 'The incident, maintenance or component: within it nobody gets the newer before the older.';
comment on column interlock_control.tellings.components is 'Components and groups that it is about; whoever chose others is not told.';
comment on column interlock_control.tellings.facts is 'Of a component''s change: {"from", "to"}.';
comment on column interlock_control.tellings.told_up_to is 'The number of the last subscriber who has a delivery of it, or wants none.';
create table interlock_control.told_components (
  component text primary key references interlock_control.components (id),
  status text not null,
  revision integer not null default 1,
  changed_at timestamptz not null default clock_timestamp()
);
comment on table interlock_control.told_components is 'The public state of each component as subscribers were last told; before that, operational. Another state is told once.';
create index tellings_open on interlock_control.tellings (number) where ended_at is null;

create table interlock_control.deliveries (
  number bigint generated always as identity primary key,
  kind text not null check (kind in ('update', 'component', 'postmortem', 'confirmation', 'call')),
  subject text not null,
  revision integer not null,
  receiver text not null,
  channel text not null check (channel in ('email', 'webhook')),
  lane smallint not null check (lane between 0 and 2),
  thread text not null,
  host text,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'sent', 'failed', 'given-up', 'dropped')),
  attempts integer not null default 0,
  doubts integer not null default 0,
  due_at timestamptz not null default clock_timestamp(),
  server text,
  lease_until timestamptz,
  made_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  problem text,
  unique (kind, subject, revision, receiver, channel),
  check ((state = 'sending') = (server is not null)),
  check ((state = 'sending') = (lease_until is not null))
);
comment on table interlock_control.deliveries is 'Messages: one for each subject, revision, receiver and channel, however often it is tried.';
comment on column interlock_control.deliveries.number is 'Within a thread the lower one is told first.';
comment on column interlock_control.deliveries.lane is '0 calls of a unit, 1 confirmations, 2 everything else: no lane waits for another.';
comment on column interlock_control.deliveries.state is 'dropped: it was withdrawn, is contained in a later one of its thread, or its receiver has gone.';
comment on column interlock_control.deliveries.attempts is 'Those that were begun; one that the mail server was not ready for is none.';
comment on column interlock_control.deliveries.doubts is 'Attempts of which nobody knows whether they arrived: the server died, or the receiver did not answer.';
comment on column interlock_control.deliveries.problem is 'What became of the last attempt, without anything of the address.';
create index deliveries_due on interlock_control.deliveries (lane, channel, due_at, number) where state = 'waiting';
create index deliveries_under_way on interlock_control.deliveries (lease_until) where state = 'sending';
create index deliveries_open on interlock_control.deliveries (receiver, thread, number) where state in ('waiting', 'sending');
create index deliveries_ended on interlock_control.deliveries (ended_at) where ended_at is not null;
