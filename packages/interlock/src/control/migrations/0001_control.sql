-- The control database of Interlock: what the server knows. Its own migrations are shipped by Interlock itself.
create schema interlock_control;
comment on schema interlock_control is 'What the Interlock server knows: environments, releases, changes, rules, decisions, and who did what.';

-- Environments and what is in them ------------------------------------------------------------------------------

create table interlock_control.environments (
  name text primary key check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  tools text[] not null,
  grace_seconds integer not null default 60 check (grace_seconds between 0 and 3600),
  created_at timestamptz not null default clock_timestamp()
);
comment on table interlock_control.environments is 'Where versions run: production, staging. Its databases all have the same schema.';
comment on column interlock_control.environments.grace_seconds is 'How long a version counts as live after its last session: a pool may be between two connections.';
comment on column interlock_control.environments.tools is 'application_names of sessions that are no app: a name, or the beginning of one before a *.';

create table interlock_control.databases (
  environment text not null references interlock_control.environments (name),
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  sealed_url bytea not null,
  place text not null,
  is_canary boolean not null default false,
  added_at timestamptz not null default clock_timestamp(),
  primary key (environment, name)
);
comment on table interlock_control.databases is 'Target databases.';
comment on column interlock_control.databases.sealed_url is 'The connection URL, encrypted with the server''s key.';
comment on column interlock_control.databases.place is 'Host, port and database for people: no user, no password.';

create table interlock_control.releases (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  app text not null,
  version text not null,
  state text not null check (state in ('running', 'finished', 'cancelled')),
  started_at timestamptz not null default clock_timestamp(),
  started_by text not null,
  expected_until timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  decision text
);
comment on table interlock_control.releases is 'App versions going to an environment. The last finished release of an app replaced those before it.';
comment on column interlock_control.releases.expected_until is 'After this a release that still runs counts as stalled: its version is live, and the environment shows it.';
comment on column interlock_control.releases.decision is 'The gate''s decision that let it begin.';
create unique index releases_one_running on interlock_control.releases (environment, app) where state = 'running';
create index releases_by_environment on interlock_control.releases (environment, started_at);

create table interlock_control.sightings (
  environment text not null,
  database text not null,
  application_name text not null,
  sessions integer not null,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  primary key (environment, database, application_name),
  foreign key (environment, database) references interlock_control.databases (environment, name) on delete cascade
);
comment on table interlock_control.sightings is 'Which application_names had sessions on a target, and when last.';

-- Evidence ------------------------------------------------------------------------------------------------------

create table interlock_control.workloads (
  app text not null,
  version text not null,
  sha256 text not null,
  workload jsonb not null,
  pushed_at timestamptz not null default clock_timestamp(),
  pushed_by text not null,
  primary key (app, version)
);
comment on table interlock_control.workloads is 'The statements of app versions, as they were pushed last.';

create table interlock_control.changes (
  id text primary key,
  title text not null,
  files jsonb not null,
  baseline jsonb not null,
  digests text[] not null,
  app text,
  version text,
  touches jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  closed_at timestamptz,
  closed_as text check (closed_as in ('shipped', 'abandoned')),
  caused_incident text,
  check ((app is null) = (version is null)),
  check ((closed_at is null) = (closed_as is null))
);
comment on table interlock_control.changes is 'Migrations that somebody wants to release, with the app version that comes with them.';
comment on column interlock_control.changes.files is 'The migration files in order: [{"path", "text"}].';
comment on column interlock_control.changes.baseline is 'The migrations before it: [{"path", "text"}].';
comment on column interlock_control.changes.digests is 'SHA-256 of the part of each file that goes up: what a target''s journal knows the change by.';
comment on column interlock_control.changes.touches is 'What it does, for rules: kinds of operation, tables, number of statements.';
comment on column interlock_control.changes.caused_incident is 'The incident that it is known to have caused; what a backtest wants stopped.';
create index changes_by_age on interlock_control.changes (created_at);

create table interlock_control.rehearsals (
  id text primary key,
  change text not null references interlock_control.changes (id),
  key text not null unique,
  old_versions jsonb not null,
  new_versions jsonb not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  asked_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  ended_at timestamptz,
  worker text,
  attempts integer not null default 0,
  report jsonb,
  plan jsonb,
  proof jsonb,
  refusal jsonb,
  failure jsonb,
  catalogs jsonb
);
comment on table interlock_control.rehearsals is 'What running a change on a shadow under given workloads showed.';
comment on column interlock_control.rehearsals.key is 'Hash of the change and of the workloads with their roles: the same input is rehearsed once.';
comment on column interlock_control.rehearsals.refusal is 'Why no plan was offered.';
comment on column interlock_control.rehearsals.attempts is 'How often a worker has taken it up; one that died is followed by another one.';
comment on column interlock_control.rehearsals.old_versions is 'Versions that are live: [{"appVersion", "sha256"}], the hash of the workload.';
comment on column interlock_control.rehearsals.new_versions is 'The version that comes with the change, in the same form.';
comment on column interlock_control.rehearsals.catalogs is 'The objects that the change makes different, with their definitions: {NAME: {"before", "after"}}; null where there is none.';
create index rehearsals_by_change on interlock_control.rehearsals (change);
create index rehearsals_waiting on interlock_control.rehearsals (asked_at) where state in ('waiting', 'running');

create table interlock_control.partial_deployments (
  environment text not null references interlock_control.environments (name),
  database text not null,
  app_version text not null,
  why text not null,
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);
comment on table interlock_control.partial_deployments is 'When a live version did not work on the structure that was there: structure without its application, or the reverse.';
create unique index partial_deployments_open_once on interlock_control.partial_deployments (environment, database, app_version)
  where ended_at is null;

-- The gate ------------------------------------------------------------------------------------------------------

create table interlock_control.rules (
  id text primary key,
  kind text not null check (kind in ('block', 'freeze', 'size-limit', 'approval')),
  scope text not null,
  settings jsonb not null,
  reason text not null check (btrim(reason) <> ''),
  owner text not null,
  incident text,
  state text not null check (state in ('proposed', 'in-force', 'lifted')),
  backtest jsonb,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  accepted_at timestamptz,
  accepted_by text,
  expires_at timestamptz,
  reminded_at timestamptz,
  expiry_told_at timestamptz,
  lifted_at timestamptz,
  lifted_by text,
  lifted_reason text
);
comment on table interlock_control.rules is 'What the gate holds deployments against, besides evidence. A block always expires.';
comment on column interlock_control.rules.incident is 'The incident that it comes from.';
alter table interlock_control.rules add constraint rules_blocks_expire check (kind <> 'block' or expires_at is not null);

create table interlock_control.approvals (
  id text primary key,
  change text not null references interlock_control.changes (id),
  environment text not null references interlock_control.environments (name),
  approver text not null,
  role text not null,
  approved_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  withdrawn_at timestamptz
);
comment on table interlock_control.approvals is 'Who agreed to a change going to an environment. Never its own author.';
create unique index approvals_once on interlock_control.approvals (change, environment, approver) where withdrawn_at is null;

create table interlock_control.overrides (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  subject text not null,
  rules text[] not null,
  reason text not null check (btrim(reason) <> ''),
  made_at timestamptz not null default clock_timestamp(),
  made_by text not null,
  expires_at timestamptz not null
);
comment on table interlock_control.overrides is 'Rules that somebody set aside for one subject, for a while, with a reason. Evidence can not be set aside.';
comment on column interlock_control.overrides.subject is 'change:ID or release:APP@VERSION.';

create table interlock_control.decisions (
  id text primary key,
  environment text not null,
  subject text not null,
  verdict text not null check (verdict in ('go', 'blocked', 'unknown')),
  decision jsonb not null,
  facts jsonb not null,
  made_at timestamptz not null,
  asked_by text not null
);
comment on table interlock_control.decisions is 'Every answer of the gate, with the facts that it was made from.';
create index decisions_by_environment on interlock_control.decisions (environment, made_at);

-- Watch ---------------------------------------------------------------------------------------------------------

create table interlock_control.alarms (
  id text primary key,
  environment text not null,
  database text not null,
  app_version text not null,
  statements jsonb not null,
  ddl jsonb not null,
  raised_at timestamptz not null,
  cleared_at timestamptz
);
comment on table interlock_control.alarms is 'Live versions whose statements no longer prepare, and the structural changes that did it.';
create unique index alarms_open_once on interlock_control.alarms (environment, database, app_version) where cleared_at is null;

-- Shipping ------------------------------------------------------------------------------------------------------

create table interlock_control.shipments (
  id text primary key,
  change text not null references interlock_control.changes (id),
  environment text not null references interlock_control.environments (name),
  rehearsal text not null references interlock_control.rehearsals (id),
  state text not null check (state in ('running', 'waiting', 'stopped', 'ready', 'done', 'rolling-back', 'rolled-back')),
  target text not null check (target in ('expand', 'contract')),
  canaries integer not null check (canaries >= 0),
  concurrency integer not null check (concurrency between 1 and 64),
  lock_budget_ms integer not null check (lock_budget_ms > 0),
  direction text not null default 'forward' check (direction in ('forward', 'back')),
  run integer not null default 1,
  execution text,
  reasons jsonb not null default '[]',
  stop_asked_by text,
  started_at timestamptz not null default clock_timestamp(),
  started_by text not null,
  ended_at timestamptz
);
comment on table interlock_control.shipments is 'A change going through the databases of an environment.';
comment on column interlock_control.shipments.run is 'Counts its workflows: each resume and each rollback is a new one.';
comment on column interlock_control.shipments.direction is 'Once it goes back it only goes back.';
comment on column interlock_control.shipments.execution is 'Drawn anew whenever a server takes up the workflow; whoever had it before writes nothing any more.';
comment on column interlock_control.shipments.reasons is 'Why it waits or stopped: [{"code", "message", "next"}].';
comment on column interlock_control.shipments.stop_asked_by is 'Who wants it to stop at the next safe point.';
create unique index shipments_one_open on interlock_control.shipments (environment) where ended_at is null;

create table interlock_control.shipment_databases (
  shipment text not null references interlock_control.shipments (id),
  database text not null,
  position integer not null,
  is_canary boolean not null,
  state text not null check (state in ('pending', 'running', 'ready', 'done', 'failed', 'stopped', 'rolled-back')),
  attempt integer not null default 0,
  phase text check (phase in ('expand', 'migrate', 'contract')),
  progress jsonb,
  failure jsonb,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (shipment, database)
);
comment on table interlock_control.shipment_databases is 'How far a shipment is in each database.';
comment on column interlock_control.shipment_databases.state is 'pending: its turn has not come; stopped: left at a safe point because it was asked for, or because another one failed.';
comment on column interlock_control.shipment_databases.attempt is 'Counts how often its turn came.';
comment on column interlock_control.shipment_databases.phase is 'The last one that was begun there; null where nothing was.';

-- GitHub --------------------------------------------------------------------------------------------------------

create table interlock_control.github_builds (
  repository text not null,
  sha text not null check (sha ~ '^[0-9a-f]{40}$'),
  app text not null,
  version text not null,
  pushed_at timestamptz not null default clock_timestamp(),
  pushed_by text not null,
  primary key (repository, sha, app)
);
comment on table interlock_control.github_builds is 'Which app versions a commit was built as: GitHub asks about commits, the gate answers about app versions.';
comment on column interlock_control.github_builds.repository is 'owner/name, in lower case.';

create table interlock_control.github_requests (
  id text primary key,
  delivery text not null,
  repository text not null,
  installation bigint not null,
  deployment bigint not null,
  github_environment text not null,
  sha text not null,
  callback_url text not null,
  state text not null check (state in ('waiting', 'approved', 'rejected', 'failed')),
  received_at timestamptz not null default clock_timestamp(),
  next_at timestamptz not null default clock_timestamp(),
  tries integer not null default 0,
  comments integer not null default 0,
  said text,
  decisions text[] not null default '{}',
  why text,
  ended_at timestamptz
);
comment on table interlock_control.github_requests is 'Deployments that GitHub holds until Interlock answers. The leader works them off.';
comment on column interlock_control.github_requests.next_at is 'Nobody looks at it before; whoever works on it moves it on first, so that another server keeps away.';
comment on column interlock_control.github_requests.said is 'The last comment: the same is not said twice, GitHub takes ten for a deployment.';
create unique index github_requests_once on interlock_control.github_requests (repository, deployment, github_environment);
create index github_requests_waiting on interlock_control.github_requests (next_at) where state = 'waiting';

-- Who did what --------------------------------------------------------------------------------------------------

create table interlock_control.tokens (
  id text primary key,
  name text not null,
  owner text not null,
  sha256 bytea not null unique,
  role text not null check (role in ('viewer', 'responder', 'releaser', 'admin')),
  scopes text[],
  environments text[],
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text
);
comment on table interlock_control.tokens is 'API tokens. Only a hash of each is kept.';
comment on column interlock_control.tokens.scopes is 'Less than what the role allows; null for all of it.';
comment on column interlock_control.tokens.environments is 'The environments that it may change; null for every one.';

create table interlock_control.sealing_key (
  only_one boolean primary key default true check (only_one),
  digest text not null,
  noted_at timestamptz not null default clock_timestamp()
);
comment on table interlock_control.sealing_key is 'Which key secrets are sealed with, so that a server with another one does not start. The key itself is not here.';

create table interlock_control.audit_log (
  number bigint primary key check (number > 0),
  at text not null,
  actor text not null,
  action text not null,
  environment text,
  subject text not null,
  detail jsonb not null,
  previous_hash text not null,
  hash text not null unique
);
comment on table interlock_control.audit_log is 'Every mutation, in order, never changed. Each entry''s hash covers the one before it.';

create table interlock_control.events (
  number bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  kind text not null,
  environment text,
  subject text not null,
  detail jsonb not null
);
comment on table interlock_control.events is 'What happened, for live views; kept for a while.';
create index events_by_age on interlock_control.events (at);

create function interlock_control.refuse_edit() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name using errcode = 'IL002';
end $$;
create trigger audit_log_append_only before update or delete or truncate on interlock_control.audit_log
  for each statement execute function interlock_control.refuse_edit();
