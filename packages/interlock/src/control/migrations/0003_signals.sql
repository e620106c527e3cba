-- Detection: active checks, what says that a service is unwell, and which incident it was put to.

-- Probes --------------------------------------------------------------------------------------------------------

create table interlock_control.probes (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  component text check (component ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind text not null check (kind in ('http', 'tcp', 'postgres', 'steps')),
  sealed_check bytea not null,
  shown_check jsonb not null,
  interval_ms integer not null check (interval_ms between 1000 and 3600000),
  timeout_ms integer not null check (timeout_ms between 50 and 120000),
  fails_after integer not null check (fails_after between 1 and 20),
  recovers_after integer not null check (recovers_after between 1 and 100),
  least_workers integer not null check (least_workers between 1 and 20),
  objective numeric(7, 4) check (objective > 0 and objective < 100),
  is_paused boolean not null default false,
  state text not null default 'unknown' check (state in ('unknown', 'passing', 'failing', 'flapping')),
  state_since timestamptz not null default clock_timestamp(),
  failing_since timestamptz,
  turns timestamptz[] not null default '{}',
  state_revision integer not null default 0,
  revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  updated_at timestamptz not null default clock_timestamp(),
  updated_by text not null,
  removed_at timestamptz
);
comment on table interlock_control.probes is 'Active checks of a service. What a check sends may hold secrets, so the whole of it is sealed.';
comment on column interlock_control.probes.component is 'The key of the component that it checks.';
comment on column interlock_control.probes.shown_check is 'The check for people: without what may be secret in it.';
comment on column interlock_control.probes.fails_after is 'Failed results one after the other after which a worker counts it as failing.';
comment on column interlock_control.probes.recovers_after is 'Good results one after the other after which a worker counts it as passing again.';
comment on column interlock_control.probes.least_workers is 'Of the workers that reported lately, how many must count it as failing; all of them where there are fewer.';
comment on column interlock_control.probes.objective is 'How many percent of the results are to be good over 30 days; null where nothing was promised.';
comment on column interlock_control.probes.failing_since is 'The first failed result of trouble that is confirmed and not over; null where there is none.';
comment on column interlock_control.probes.turns is 'The last confirmed changes between passing and failing: several within minutes is flapping.';
comment on column interlock_control.probes.state_revision is 'Counts changes of its state: who judges says which they read.';
create unique index probes_name_once on interlock_control.probes (environment, name) where removed_at is null;

create table interlock_control.probe_results (
  probe text not null references interlock_control.probes (id),
  worker text not null,
  slot bigint not null,
  at timestamptz not null,
  outcome text not null check (outcome in ('ok', 'failed', 'unknown')),
  latency_ms integer not null check (latency_ms >= 0),
  error_kind text,
  error text,
  primary key (probe, worker, slot)
);
comment on table interlock_control.probe_results is 'Single results, kept for a short while.';
comment on column interlock_control.probe_results.slot is 'Which of its turns it was, counted from 1970: a result that is sent twice is one.';
comment on column interlock_control.probe_results.error is 'What was not as expected, without what is secret.';
create index probe_results_by_age on interlock_control.probe_results (at);

create table interlock_control.probe_minutes (
  probe text not null references interlock_control.probes (id),
  minute timestamptz not null,
  ok integer not null default 0,
  failed integer not null default 0,
  unknown integer not null default 0,
  latency_sum_ms bigint not null default 0,
  latency_max_ms integer not null default 0,
  errors jsonb not null default '{}',
  primary key (probe, minute)
);
comment on table interlock_control.probe_minutes is 'Results minute by minute: burn rates and pictures read them.';
comment on column interlock_control.probe_minutes.latency_sum_ms is 'Of good results only.';
comment on column interlock_control.probe_minutes.errors is 'Failed results by kind: {"timeout": 3}.';
create index probe_minutes_by_age on interlock_control.probe_minutes (minute);

create table interlock_control.probe_workers (
  environment text not null references interlock_control.environments (name),
  worker text not null,
  seen_at timestamptz not null,
  late_ms integer not null default 0,
  primary key (environment, worker)
);
comment on table interlock_control.probe_workers is 'Who carries out probes, and when they reported last.';
comment on column interlock_control.probe_workers.late_ms is 'How late its own clockwork was when it reported: what is measured by one that has no time says nothing.';

-- Signals -------------------------------------------------------------------------------------------------------

create table interlock_control.signal_sources (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  name text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind text not null check (kind in ('alertmanager', 'grafana', 'pagerduty', 'standard-webhooks', 'json')),
  secret_sha256 bytea not null,
  sealed_secret bytea not null,
  mapping jsonb not null,
  ends_after_minutes integer check (ends_after_minutes between 1 and 44640),
  revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  removed_at timestamptz
);
comment on table interlock_control.signal_sources is 'Who sends signals, in which shape, and which component theirs are about.';
comment on column interlock_control.signal_sources.secret_sha256 is 'Of the secret that stands in its URL, or is the routing key.';
comment on column interlock_control.signal_sources.sealed_secret is 'The secret itself, for signatures.';
comment on column interlock_control.signal_sources.mapping is '{"field": "component", "components": {VALUE: KEY}, "otherwise": KEY}.';
comment on column interlock_control.signal_sources.ends_after_minutes is 'A signal that is not sent again for this long has ended; null where its sender always says so.';
create unique index signal_sources_name_once on interlock_control.signal_sources (environment, name) where removed_at is null;

create table interlock_control.signals (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  source text not null check (source in ('probe', 'alarm', 'hook')),
  origin text not null,
  key text not null,
  component text,
  severity text not null check (severity in ('critical', 'warning', 'info')),
  state text not null check (state in ('firing', 'ended')),
  title text not null,
  detail jsonb not null default '{}',
  started_at timestamptz not null,
  latest_started_at timestamptz not null,
  first_at timestamptz not null default clock_timestamp(),
  last_at timestamptz not null default clock_timestamp(),
  count integer not null default 1,
  acknowledged_at timestamptz,
  acknowledged_by text,
  ended_at timestamptz,
  incident text references interlock_control.incidents (id),
  attached_at timestamptz,
  check ((state = 'ended') = (ended_at is not null))
);
comment on table interlock_control.signals is 'What says that a service is unwell, each once however often it is sent.';
comment on column interlock_control.signals.origin is 'Who says so: the name of a probe, of a database, or of a source.';
comment on column interlock_control.signals.key is 'What tells it from others of the same origin: the sender''s own.';
comment on column interlock_control.signals.started_at is 'When the trouble began, as far as the sender knows.';
comment on column interlock_control.signals.latest_started_at is 'The latest beginning that its sender told of while it fired; what is sent late about an earlier one changes nothing.';
comment on column interlock_control.signals.first_at is 'When it was first heard of: detection.';
comment on column interlock_control.signals.incident is 'The incident that it was put to; null where it belongs to none.';
create unique index signals_firing_once on interlock_control.signals (environment, source, origin, key) where state = 'firing';
create index signals_by_age on interlock_control.signals (environment, last_at);
create index signals_of_incident on interlock_control.signals (incident) where incident is not null;
create index signals_by_key on interlock_control.signals (environment, source, origin, key, started_at);

-- What was made of them -----------------------------------------------------------------------------------------

create table interlock_control.detections (
  incident text primary key references interlock_control.incidents (id),
  environment text not null references interlock_control.environments (name),
  policies jsonb not null,
  quiet_since timestamptz,
  recovered_by_itself_at timestamptz,
  resolved_by_itself_at timestamptz,
  relapses integer not null default 0,
  culprit text
);
comment on table interlock_control.detections is 'Incidents that opened themselves, and how far Interlock goes on with them by itself.';
comment on column interlock_control.detections.policies is 'What the components'' `declares` said when they were added, by key.';
comment on column interlock_control.detections.quiet_since is 'Since when every signal of it has ended.';
comment on column interlock_control.detections.culprit is 'The change that was named in it, as last told: `ddl production/main 12`.';

create table interlock_control.incident_culprits (
  incident text not null references interlock_control.incidents (id),
  rank integer not null check (rank between 1 and 50),
  culprit jsonb not null,
  ranked_at timestamptz not null default clock_timestamp(),
  primary key (incident, rank)
);
comment on table interlock_control.incident_culprits is 'What may have caused an incident, ranked by evidence, as it was ranked last.';
