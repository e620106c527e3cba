import type { OwnPart } from "../ship/own-schema.ts";

/** What the guard and the log of structural changes keep in schema `interlock`; one part, since the guard needs the log. */
export const guardPart: OwnPart = {
  versionsTable: "guard_versions",
  versionsComment: "Which migrations of the guard's own tables have been made.",
  versions: [
    `
create table interlock.ddl_log (
  number bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  transaction bigint not null,
  is_whole boolean not null,
  tag text not null,
  objects text[] not null,
  login text not null,
  role text not null,
  application_name text not null,
  client_address inet,
  statement text not null,
  permit text
);
comment on table interlock.ddl_log is 'Structural changes of this database, whoever made them. What was refused is in the server''s own log only.';
comment on column interlock.ddl_log.transaction is 'The transaction that made it, as pg_current_xact_id() says.';
comment on column interlock.ddl_log.is_whole is 'False while what the command dropped is noted and the command itself is not through.';
comment on column interlock.ddl_log.login is 'Who had logged in; role is who they acted as.';
comment on column interlock.ddl_log.statement is 'The beginning of the text that the client sent; from its first constant on left out where it may hold a secret.';
comment on column interlock.ddl_log.permit is 'Why the guard let or would have let it through: interlock, a pass, an exception; null where nothing would have.';
create index ddl_log_parts on interlock.ddl_log (transaction) where not is_whole;

create table interlock.guard_states (
  number bigint generated always as identity primary key,
  at timestamptz not null default clock_timestamp(),
  is_on boolean not null,
  set_by text not null,
  login text not null default session_user,
  reason text,
  refuses_grants boolean not null default false,
  excepted_roles text[] not null default '{}'
);
comment on table interlock.guard_states is 'When the guard was turned on and off, and by whom. The last row is how it is.';
comment on column interlock.guard_states.excepted_roles is 'Roles whose structural changes are logged and not refused, such as one that makes partitions.';

create table interlock.guard_passes (
  number bigint generated always as identity primary key,
  role text,
  reason text not null check (btrim(reason) <> ''),
  opened_at timestamptz not null default clock_timestamp(),
  opened_by text not null,
  login text not null default session_user,
  valid_until timestamptz not null,
  closed_at timestamptz,
  closed_by text,
  check (valid_until > opened_at and valid_until <= opened_at + interval '4 hours')
);
comment on table interlock.guard_passes is 'Times for which somebody let a role, or everybody, change the structure past the guard, and why.';
comment on column interlock.guard_passes.role is 'Null for everybody.';
`,
  ],
};

/** In the order in which they can be dropped. */
export const guardTables: readonly string[] = [
  "ddl_log",
  "guard_passes",
  "guard_states",
  guardPart.versionsTable,
];

/** The channel on which a session hears of a new row of interlock.ddl_log; the payload is its number. */
export const ddlChannel = "interlock_ddl";
