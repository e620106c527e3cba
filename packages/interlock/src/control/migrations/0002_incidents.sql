-- Incidents whole: what clients see, what was said to them, and who worked on it. Facts are fields; prose, headers
-- and durations are computed from them.

-- What clients see ----------------------------------------------------------------------------------------------

create table interlock_control.status_page (
  only_one boolean primary key default true check (only_one),
  environment text not null references interlock_control.environments (name),
  names jsonb not null,
  url text not null,
  time_zone text not null,
  locales text[] not null check (cardinality(locales) > 0),
  postmortem_locales text[] not null check (cardinality(postmortem_locales) > 0),
  responsibility text not null,
  updated_at timestamptz not null default clock_timestamp(),
  updated_by text not null
);
comment on table interlock_control.status_page is 'The public page: which environment it tells of, and in which languages. One for each control database.';
comment on column interlock_control.status_page.names is 'What the page is called, by locale: {"fr": …, "en": …}.';
comment on column interlock_control.status_page.url is 'Where clients read it, without a slash at the end; links in messages and feeds begin with it.';
comment on column interlock_control.status_page.locales is 'The languages that an update needs; the first is the one that is shown to who asks for none.';
comment on column interlock_control.status_page.responsibility is 'Who answers for incidents unless one says otherwise: the company''s name.';

create table interlock_control.components (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  key text not null check (key ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  names jsonb not null,
  descriptions jsonb not null default '{}',
  parent text references interlock_control.components (id),
  is_group boolean not null default false,
  position integer not null default 0,
  scope text,
  declares jsonb,
  is_shown boolean not null default true,
  only_show_if_degraded boolean not null default false,
  start_date date,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  updated_at timestamptz not null default clock_timestamp(),
  removed_at timestamptz,
  check (not is_group or (parent is null and scope is null and declares is null))
);
comment on table interlock_control.components is 'What clients see as one service, or a group of them. What state one is in is computed from open incidents and maintenances.';
comment on column interlock_control.components.scope is 'What of the system it is, in the words of a rule: app=payments table=public.payments. What is held back while a P1 affects it.';
comment on column interlock_control.components.declares is 'The incident that is opened when trouble with it is confirmed: {"priority", "status", "publish"}; null where a person decides.';
create unique index components_key_once on interlock_control.components (environment, key) where removed_at is null;

-- Incidents and maintenances ------------------------------------------------------------------------------------

create sequence interlock_control.incident_numbers;
comment on sequence interlock_control.incident_numbers is 'Numbers of incidents and maintenances: INC-12, MNT-13.';

create table interlock_control.incidents (
  id text primary key,
  number bigint not null unique,
  environment text not null references interlock_control.environments (name),
  titles jsonb not null check (titles <> '{}'),
  priority text not null check (priority in ('P1', 'P2', 'P3', 'P4')),
  status text not null default 'investigating'
    check (status in ('investigating', 'identified', 'monitoring', 'resolved', 'postmortem')),
  category text not null default 'production-processing',
  responsibility text,
  is_public boolean not null default false,
  scopes text[] not null default '{}',
  holds boolean not null default false,
  started_at timestamptz not null,
  detected_at timestamptz not null,
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  unit_opened_at timestamptz,
  recovered_at timestamptz,
  ended_at timestamptz,
  closed_at timestamptz,
  closed_by text,
  merged_into text references interlock_control.incidents (id) check (merged_into <> id),
  classified_at timestamptz,
  classified_because text,
  revision integer not null default 1,
  check ((closed_at is null) = (status in ('investigating', 'identified', 'monitoring'))),
  check ((closed_at is null) = (closed_by is null)),
  check (merged_into is null or closed_at is not null),
  check (recovered_at is null or recovered_at >= started_at),
  check (ended_at is null or ended_at >= started_at)
);
comment on table interlock_control.incidents is 'Disruptions. The gate reads them: while one is open that holds, what touches one of its scopes waits.';
comment on column interlock_control.incidents.number is 'INC-<number>: given by the server, unique on this control database.';
comment on column interlock_control.incidents.titles is 'What it is called, by locale: {"fr": …, "en": …}.';
comment on column interlock_control.incidents.status is 'Open while it is investigating, identified or monitoring.';
comment on column interlock_control.incidents.category is 'A key of the phrase catalogue: production-processing.';
comment on column interlock_control.incidents.responsibility is 'Who answers for it; null for whom the page names.';
comment on column interlock_control.incidents.is_public is 'Whether the page shows it; publishing an update makes it so.';
comment on column interlock_control.incidents.scopes is 'What it holds back, each in the words of a rule; one of them is enough. Given, or those of the affected components.';
comment on column interlock_control.incidents.holds is 'Whether it holds anything back: every P1 does, and what somebody asked it of.';
comment on column interlock_control.incidents.started_at is 'When clients began to feel it.';
comment on column interlock_control.incidents.detected_at is 'When the first signal of it came: when one became aware of it.';
comment on column interlock_control.incidents.recovered_at is 'When the service was restored.';
comment on column interlock_control.incidents.ended_at is 'Its end as it is told in public; recovery, unless somebody says otherwise.';
comment on column interlock_control.incidents.closed_at is 'When it was resolved, as it was written down.';
comment on column interlock_control.incidents.merged_into is 'The incident that goes on in its place.';
comment on column interlock_control.incidents.classified_at is 'When it was classified as major for the authorities: their clock begins (EU 2022/2554, article 19).';
comment on column interlock_control.incidents.revision is 'Counts changes of its facts: who changes them says which they read.';
create index incidents_open on interlock_control.incidents (environment) where closed_at is null;

create table interlock_control.maintenance_series (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  titles jsonb not null,
  descriptions jsonb not null,
  components text[] not null,
  schedule jsonb not null,
  progresses_by_itself boolean not null default true,
  remind_minutes integer not null default 60 check (remind_minutes between 0 and 10080),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  ended_at timestamptz
);
comment on column interlock_control.maintenance_series.components is 'Keys of components.';
comment on table interlock_control.maintenance_series is 'Maintenance that comes again and again, by the clock on the wall of a time zone.';
comment on column interlock_control.maintenance_series.schedule is 'As of a freeze: {"start", "timeZone", "rrule", "duration"}.';

create table interlock_control.maintenances (
  id text primary key,
  number bigint not null unique,
  environment text not null references interlock_control.environments (name),
  titles jsonb not null,
  status text not null check (status in ('scheduled', 'in_progress', 'verifying', 'completed', 'cancelled')),
  scheduled_for timestamptz not null,
  scheduled_until timestamptz not null check (scheduled_until > scheduled_for),
  started_at timestamptz,
  completed_at timestamptz,
  progresses_by_itself boolean not null default true,
  remind_minutes integer not null default 60 check (remind_minutes between 0 and 10080),
  reminded_at timestamptz,
  is_public boolean not null default true,
  series text references interlock_control.maintenance_series (id),
  occurrence timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  revision integer not null default 1,
  unique (series, occurrence)
);
comment on table interlock_control.maintenances is 'Work that is announced; its number comes from the same sequence as those of incidents: MNT-<number>.';
comment on column interlock_control.maintenances.occurrence is 'Which window of its series it is; one that was moved stays that window.';

create table interlock_control.component_impacts (
  number bigint generated always as identity primary key,
  incident text references interlock_control.incidents (id),
  maintenance text references interlock_control.maintenances (id),
  component text not null references interlock_control.components (id),
  status text not null check (status in
    ('operational', 'degraded_performance', 'partial_outage', 'major_outage', 'under_maintenance')),
  began_at timestamptz,
  ended_at timestamptz,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null,
  check (num_nonnulls(incident, maintenance) = 1),
  check (ended_at is null or began_at is null or ended_at >= began_at)
);
comment on table interlock_control.component_impacts is 'What an incident or a maintenance does to a component, interval by interval; operational says that it explicitly is not affected.';
comment on column interlock_control.component_impacts.began_at is 'Null for the beginning of the incident, whatever it is corrected to.';
comment on column interlock_control.component_impacts.ended_at is 'Null for its end.';
create unique index component_impacts_one on interlock_control.component_impacts (incident, component) where ended_at is null;
create index component_impacts_of_incident on interlock_control.component_impacts (incident);
create index component_impacts_of_maintenance on interlock_control.component_impacts (maintenance);
create index component_impacts_of_component on interlock_control.component_impacts (component);

-- What was said -------------------------------------------------------------------------------------------------

create table interlock_control.updates (
  id text primary key,
  incident text references interlock_control.incidents (id),
  maintenance text references interlock_control.maintenances (id),
  status text not null check (status in
    ('investigating', 'identified', 'monitoring', 'resolved', 'postmortem', 'scheduled', 'in_progress', 'verifying', 'completed', 'cancelled')),
  phrases text[] not null default '{}',
  phrase_values jsonb not null default '{}',
  state text not null check (state in ('draft', 'published', 'withdrawn')),
  occurred_at timestamptz not null,
  published_at timestamptz,
  published_by text,
  edited_at timestamptz,
  is_backdated boolean not null default false,
  notifies boolean not null default true,
  incomplete_reason text,
  affected jsonb not null default '[]',
  revision integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  check (num_nonnulls(incident, maintenance) = 1),
  check (state <> 'draft' or published_at is null),
  check (state <> 'published' or published_at is not null)
);
comment on table interlock_control.updates is 'Public messages, each one object with a text for every language.';
comment on column interlock_control.updates.phrases is 'The phrases of the catalogue that it was made from, in order; empty for free text.';
comment on column interlock_control.updates.occurred_at is 'What it speaks of; shown in public. Published later than that by more than a little it is marked as backdated.';
comment on column interlock_control.updates.edited_at is 'When a published text was last changed; shown in public.';
comment on column interlock_control.updates.notifies is 'Whether subscribers are told.';
comment on column interlock_control.updates.incomplete_reason is 'Why it went out with a language missing or stale.';
comment on column interlock_control.updates.affected is 'What it changed, or of a draft will change: [{"component": id, "from", "to"}].';
comment on column interlock_control.updates.revision is 'Goes up with every edit that subscribers are told of: at most one message for each update, revision, subscriber and channel.';
create index updates_of_incident on interlock_control.updates (incident, occurred_at);
create index updates_of_maintenance on interlock_control.updates (maintenance, occurred_at);

create table interlock_control.update_texts (
  update text not null references interlock_control.updates (id),
  locale text not null,
  revision integer not null,
  round integer not null,
  body text not null check (btrim(body) <> ''),
  is_correction boolean not null default false,
  written_at timestamptz not null default clock_timestamp(),
  written_by text not null,
  primary key (update, locale, revision)
);
comment on table interlock_control.update_texts is 'Every text that an update ever had; the highest revision of a locale holds.';
comment on column interlock_control.update_texts.round is 'A change of meaning begins a new round: a language whose text is of an earlier one is stale; 0 for one that never said all.';
comment on column interlock_control.update_texts.is_correction is 'A slip of the pen: it makes no other language stale and nobody is told.';

create table interlock_control.timeline (
  number bigint generated always as identity primary key,
  incident text references interlock_control.incidents (id),
  maintenance text references interlock_control.maintenances (id),
  at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  kind text not null,
  actor text not null,
  is_public boolean not null default false,
  detail jsonb not null,
  event bigint,
  check (num_nonnulls(incident, maintenance) = 1)
);
comment on table interlock_control.timeline is 'What happened in and around an incident, never changed: notes, decisions, updates, releases, gate decisions, phases, probe results.';
comment on column interlock_control.timeline.at is 'When it happened, which may be before it was written down.';
comment on column interlock_control.timeline.event is 'The event that it was taken from; each is taken once.';
create unique index timeline_event_once on interlock_control.timeline (incident, event) where event is not null;
create index timeline_of_incident on interlock_control.timeline (incident, at);
create index timeline_of_maintenance on interlock_control.timeline (maintenance, at);
create trigger timeline_append_only before update or delete or truncate on interlock_control.timeline
  for each statement execute function interlock_control.refuse_edit();
create trigger update_texts_append_only before update or delete or truncate on interlock_control.update_texts
  for each statement execute function interlock_control.refuse_edit();

-- Who works on it -----------------------------------------------------------------------------------------------

create table interlock_control.unit_roles (
  id text primary key,
  incident text not null references interlock_control.incidents (id),
  role text not null check (role in ('lead', 'communications', 'technical-lead', 'scribe')),
  person text not null,
  assigned_at timestamptz not null default clock_timestamp(),
  assigned_by text not null,
  ended_at timestamptz
);
comment on table interlock_control.unit_roles is 'Who has which role in the unit of an incident.';
create unique index unit_roles_one on interlock_control.unit_roles (incident, role) where ended_at is null;

create table interlock_control.responders (
  id text primary key,
  environment text not null references interlock_control.environments (name),
  person text not null,
  role text not null check (role in ('lead', 'communications', 'technical-lead', 'scribe')),
  level integer not null check (level between 1 and 9),
  channel text not null check (channel in ('email', 'webhook', 'slack')),
  sealed_address bytea not null,
  shown_address text not null,
  locale text not null default 'en',
  answer_within_seconds integer not null default 300 check (answer_within_seconds between 10 and 86400),
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  removed_at timestamptz
);
comment on table interlock_control.responders is 'Who is called when a unit opens: level 1 at once, the next one when nobody answers in time.';
comment on column interlock_control.responders.sealed_address is 'An email address or the URL of a hook, encrypted with the server''s key: a hook''s URL is a secret.';
comment on column interlock_control.responders.shown_address is 'The address for people, without what is secret in it.';

create table interlock_control.calls (
  id text primary key,
  incident text not null references interlock_control.incidents (id),
  responder text not null references interlock_control.responders (id),
  person text not null,
  role text not null,
  level integer not null,
  round integer not null default 1,
  called_at timestamptz not null default clock_timestamp(),
  answer_by timestamptz not null,
  answered_at timestamptz,
  answered_by text,
  escalated_at timestamptz,
  answer_hash text not null unique,
  sealed_answer bytea,
  unique (incident, responder, round)
);
comment on table interlock_control.calls is 'Who was called for an incident, when they answered, and when the next level was called because nobody did.';
comment on column interlock_control.calls.round is 'A reopened incident calls anew, and so does a unit of which nobody answered on any level.';
comment on column interlock_control.calls.answer_hash is 'SHA-256 of the token in the message''s link: whoever has it answers, once.';
comment on column interlock_control.calls.sealed_answer is 'That token, sealed, until somebody answered: a message that is sent again must hold the same link.';

create table interlock_control.regulatory_reports (
  incident text not null references interlock_control.incidents (id),
  kind text not null check (kind in ('initial', 'intermediate', 'final')),
  submitted_at timestamptz not null,
  reference text,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null,
  primary key (incident, kind)
);
comment on table interlock_control.regulatory_reports is 'What was reported to the authorities (EU 2022/2554, articles 19 and 20).';
