-- The analysis of an incident, what is to be done about it, and the figures that its picture is drawn from.

create table interlock_control.incident_series (
  incident text not null references interlock_control.incidents (id),
  at timestamptz not null,
  ok bigint not null check (ok >= 0),
  failed bigint not null check (failed >= 0),
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null,
  primary key (incident, at)
);
comment on table interlock_control.incident_series is 'A platform''s own counts of requests around an incident: how many went well and how many failed from a moment until the next one.';

-- Post-mortems --------------------------------------------------------------------------------------------------

create table interlock_control.postmortems (
  id text primary key,
  incident text not null unique references interlock_control.incidents (id),
  stage text not null default 'draft' check (stage in ('draft', 'in-review', 'approved', 'published')),
  state text not null generated always as (
    case when published_at is not null then 'published' when stage in ('in-review', 'approved') then 'in-review' else 'draft' end
  ) stored,
  edition integer not null default 0,
  author text not null,
  reviewer text,
  review_note text,
  submitted_at timestamptz,
  approved_at timestamptz,
  published_at timestamptz,
  edited_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  revision integer not null default 1
);
comment on table interlock_control.postmortems is 'The analysis of an incident. Its texts hold placeholders; facts are put in when it is read.';
comment on column interlock_control.postmortems.stage is 'How far the edition is that is worked on; one that is published and written to anew is a draft again, while the public still reads the edition before.';
comment on column interlock_control.postmortems.state is 'What the public and most readers care for: published once an edition was.';
comment on column interlock_control.postmortems.edition is 'How many editions were published.';
comment on column interlock_control.postmortems.review_note is 'What the reviewer asked to be changed.';
comment on column interlock_control.postmortems.edited_at is 'When an edition after the first was published; shown in public.';
comment on column interlock_control.postmortems.revision is 'Counts what was done to it: who does something says which they read.';

create table interlock_control.postmortem_texts (
  postmortem text not null references interlock_control.postmortems (id),
  locale text not null,
  revision integer not null,
  round integer not null,
  sections jsonb not null,
  is_correction boolean not null default false,
  written_at timestamptz not null default clock_timestamp(),
  written_by text not null,
  primary key (postmortem, locale, revision)
);
comment on table interlock_control.postmortem_texts is 'Every text that a post-mortem ever had; the highest revision of a locale holds.';
comment on column interlock_control.postmortem_texts.round is 'A change of meaning begins a new round: a language whose text is of an earlier one is stale.';
comment on column interlock_control.postmortem_texts.sections is 'Markdown by the key of its section: {"impact": "…{{duration}}…", …}.';

create table interlock_control.postmortem_editions (
  postmortem text not null references interlock_control.postmortems (id),
  edition integer not null,
  revisions jsonb not null,
  incomplete_reason text,
  reviewed_by text not null,
  published_at timestamptz not null default clock_timestamp(),
  published_by text not null,
  primary key (postmortem, edition)
);
comment on table interlock_control.postmortem_editions is 'What was published: which revision of each language.';
comment on column interlock_control.postmortem_editions.revisions is 'By locale: {"fr": 3, "en": 2}.';
comment on column interlock_control.postmortem_editions.incomplete_reason is 'Why it went out with a language missing or stale.';
create trigger postmortem_texts_append_only before update or delete or truncate on interlock_control.postmortem_texts
  for each statement execute function interlock_control.refuse_edit();
create trigger postmortem_editions_append_only before update or delete or truncate on interlock_control.postmortem_editions
  for each statement execute function interlock_control.refuse_edit();

-- What is to be done --------------------------------------------------------------------------------------------

create sequence interlock_control.action_numbers;

create table interlock_control.actions (
  id text primary key,
  number bigint not null unique,
  incident text not null references interlock_control.incidents (id),
  kind text not null check (kind in ('task', 'block', 'rule')),
  state text not null default 'open' check (state in ('open', 'done', 'dropped')),
  symptoms jsonb not null,
  texts jsonb not null,
  owner text not null,
  due_at timestamptz,
  is_public boolean not null default true,
  draft jsonb,
  backtest jsonb,
  rule text unique references interlock_control.rules (id),
  accepted_at timestamptz,
  accepted_by text,
  ended_at timestamptz,
  ended_by text,
  ended_reason text,
  due_told_at timestamptz,
  overdue_told_at timestamptz,
  expiry_told_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  created_by text not null,
  revision integer not null default 1,
  check ((kind = 'task') = (draft is null)),
  check (kind <> 'task' or rule is null),
  check ((state = 'open') = (ended_at is null))
);
comment on table interlock_control.actions is 'What will be done about an incident, by whom, until when: ACT-<number>.';
comment on column interlock_control.actions.symptoms is 'What it answers to, by locale.';
comment on column interlock_control.actions.draft is 'The rule that a block or a rule is to become: as the gate takes it.';
comment on column interlock_control.actions.backtest is 'What the rule would have done to the changes of the past, as it was last shown: accepting names its digest.';
comment on column interlock_control.actions.rule is 'The rule of the gate that it has become; of a permanent one from when it was proposed on.';
comment on column interlock_control.actions.due_told_at is 'When its owner was told that it is due soon; again where the date was moved.';
create index actions_of_incident on interlock_control.actions (incident);
create index actions_open on interlock_control.actions (due_at) where state = 'open';

create index decisions_blocked on interlock_control.decisions (made_at) where verdict = 'blocked';
comment on index interlock_control.decisions_blocked is 'For what a rule has held back.';

-- Figures -------------------------------------------------------------------------------------------------------

create table interlock_control.change_merges (
  change text primary key references interlock_control.changes (id),
  merged_at timestamptz not null,
  recorded_at timestamptz not null default clock_timestamp(),
  recorded_by text not null
);
comment on table interlock_control.change_merges is 'When a change was merged, where somebody said so; its time is counted from then, else from when it was pushed.';

create table interlock_control.shipment_phases (
  shipment text primary key references interlock_control.shipments (id),
  stretches jsonb not null,
  kept_at timestamptz not null default clock_timestamp()
);
comment on table interlock_control.shipment_phases is 'How long each phase of a shipment that has ended took, database by database: events that say it are not kept for long.';
comment on column interlock_control.shipment_phases.stretches is '[{"what": "expand", "from", "until"}].';
