import type { Client } from "pg";
import { sessionIsGone } from "../database/sqlstate.ts";
import { hasTable, ownMigrations, type OwnPart } from "./own-schema.ts";

/** The journal's own migrations, in order; one that was ever released is never edited. */
const versions: readonly string[] = [
  `
create table interlock.changes (
  number bigint generated always as identity primary key,
  plan_id text not null,
  plan jsonb not null,
  state text not null check (state in ('expanding', 'expanded', 'migrating', 'ready', 'contracting', 'done',
                                       'rolling-back', 'rolled-back')),
  target text not null check (target in ('expand', 'migrate', 'contract')),
  started_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz,
  executor text not null,
  failure jsonb
);
comment on table interlock.changes is 'Changes that Interlock ships or has shipped to this database, with their plans.';
comment on column interlock.changes.target is 'The last phase that was asked for.';
comment on column interlock.changes.failure is 'Why it stopped last, while it has not gone on since.';
create unique index changes_one_at_a_time on interlock.changes ((true)) where state not in ('done', 'rolled-back');

create table interlock.steps (
  change bigint not null references interlock.changes (number),
  ordinal integer not null,
  id text not null,
  phase text not null check (phase in ('expand', 'migrate', 'contract')),
  state text not null check (state in ('pending', 'running', 'done', 'undone')),
  started_at timestamptz,
  ended_at timestamptz,
  attempts integer not null default 0,
  longest_lock_wait_ms double precision not null default 0,
  longest_lock_held_ms double precision not null default 0,
  row_count bigint,
  primary key (change, ordinal),
  unique (change, id)
);
comment on table interlock.steps is 'How far each step of a change is. A step''s row and its statements are committed together wherever PostgreSQL allows it.';

create table interlock.backfills (
  change bigint not null,
  ordinal integer not null,
  parts jsonb not null,
  pass integer not null default 1,
  part integer not null default 0,
  last_key text[],
  rows_seen bigint not null default 0,
  rows_filled bigint not null default 0,
  rows_total bigint,
  rows_per_second double precision not null default 0,
  batch_rows integer not null default 0,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (change, ordinal),
  foreign key (change, ordinal) references interlock.steps (change, ordinal)
) with (fillfactor = 20);
comment on table interlock.backfills is 'How far each backfill is. It is committed together with the batch that it counts.';
comment on column interlock.backfills.parts is 'The tables and partitions to fill, each with the place where it ended at the start.';
comment on column interlock.backfills.last_key is 'The key of the last row that was looked at in the part under way, or its next block.';

create table interlock.decisions (
  change bigint not null references interlock.changes (number),
  made_at timestamptz not null default clock_timestamp(),
  executor text not null,
  decision text not null check (decision in ('ship', 'resume', 'rollback', 'force')),
  detail jsonb not null
);
comment on table interlock.decisions is 'What people decided about a change and why; nothing is ever removed.';
`,
  `
alter table interlock.decisions drop constraint decisions_decision_check;
alter table interlock.decisions add constraint decisions_decision_check
  check (decision in ('ship', 'resume', 'rollback', 'force', 'accept-loss', 'contract'));
comment on column interlock.decisions.decision is 'accept-loss: what may be lost was accepted; contract: what the contract phase went by when it was begun.';
`,
  `
create table interlock.statement_watches (
  change bigint primary key references interlock.changes (number),
  watch jsonb not null,
  looked_at timestamptz not null default clock_timestamp()
);
comment on table interlock.statement_watches is 'What readings of pg_stat_statements showed of the statements that a change''s contract phase would break.';
`,
  `
create table interlock.ranges (
  change bigint not null,
  ordinal integer not null,
  pass integer not null,
  range integer not null,
  part jsonb not null,
  last_key text[],
  rows_seen bigint not null default 0,
  rows_filled bigint not null default 0,
  ended boolean not null default false,
  rows_per_second double precision not null default 0,
  batch_rows integer not null default 0,
  taken_up integer not null default 1,
  updated_at timestamptz not null default clock_timestamp(),
  primary key (change, ordinal, pass, range),
  foreign key (change, ordinal) references interlock.steps (change, ordinal)
) with (fillfactor = 20);
comment on table interlock.ranges is 'How far each walk through a table is: the ranges of each of its passes. A range is noted together with the batch that it counts.';
comment on column interlock.ranges.part is 'What of which table or partition: its blocks, or its key up to where it ended at the start.';
comment on column interlock.ranges.last_key is 'The key of the last row that was looked at, or the next block.';
comment on column interlock.ranges.rows_filled is 'Rows that were written; of a verification those that offend.';
comment on column interlock.ranges.taken_up is 'How often an executor took the step up. Workers of an earlier one commit nothing any more.';
comment on table interlock.backfills is 'How far each backfill was that was begun before there were ranges.';
`,
  `
create table interlock.claims (
  change bigint not null references interlock.changes (number),
  object text not null,
  is_exclusive boolean not null,
  primary key (object, change)
);
comment on table interlock.claims is 'What each open change works on: no two of them have the same to themselves. They go when a change has ended.';
create unique index claims_of_one_change on interlock.claims (object) where is_exclusive;
insert into interlock.claims (change, object, is_exclusive)
  select number, '*', true from interlock.changes where state not in ('done', 'rolled-back');
drop index interlock.changes_one_at_a_time;
create unique index changes_open_once on interlock.changes (plan_id) where state not in ('done', 'rolled-back');
`,
  // On a full disk rows are still updated, where their pages have room: why it stopped can be noted then, and it can be undone.
  `
alter table interlock.changes set (fillfactor = 20, toast_tuple_target = 128);
alter table interlock.changes alter column failure set storage main;
alter table interlock.steps set (fillfactor = 30);
`,
];

const journal: OwnPart = {
  versionsTable: "journal_versions",
  versionsComment: "Which migrations of the journal itself have been made.",
  versions,
};

/** The tables of the journal, in the order in which they can be dropped. */
export const journalTables: readonly string[] = [
  "claims",
  "statement_watches",
  "ranges",
  "backfills",
  "decisions",
  "steps",
  "changes",
  journal.versionsTable,
];

/** Brings the journal to this version. The caller holds the executor's lock, so nobody else does the same. */
export async function migrateJournal(client: Client): Promise<void> {
  const migrations = await ownMigrations(client, journal);
  if (migrations.length === 0) return;
  try {
    // All or nothing: in a schema of that name that is somebody else's no half of a journal is left.
    await client.query(`begin; ${migrations.join("; ")}; commit`);
  } catch (error) {
    if (!sessionIsGone(error)) await client.query("rollback");
    throw error;
  }
}

/** Whether this database has a journal. */
export async function hasJournal(client: Client): Promise<boolean> {
  return hasTable(client, "decisions");
}
