import type { Subject } from "./case.ts";

export const soughtRows: Subject = {
  name: "rows that a statement looks for",
  start: `
create table operations (
  reference text primary key,
  kind text not null check (kind in ('payment', 'capture', 'refund')),
  subject_id text not null,
  state text not null check (state in ('pending', 'approved', 'declined')),
  finished_at timestamptz,
  check ((state = 'pending') = (finished_at is null))
);
create table payments (
  id text primary key check (starts_with(id, 'pay_')),
  attempt_id text,
  status text not null default 'created' check (status in ('created', 'paid', 'failed')),
  is_live boolean not null,
  expires_at timestamptz not null default now(),
  amount integer not null check (amount between 99 and 20000),
  refunded integer not null default 0 check (refunded >= 0)
);
create table refunds (id text primary key, payment_id text not null references payments (id), state text not null default 'waiting');
create table notes (id bigint generated always as identity primary key, about text not null, what text not null);
create table archive (id text primary key, amount integer);`,
  cases: [
    {
      what: "a write behind two others, each of a row in one state",
      change:
        "alter table notes add column priority integer not null default 1;\nalter table notes alter column priority drop default;",
      old: {
        settle: `with operation as (
            update operations set state = 'approved', finished_at = now()
             where operations.reference = $1 and operations.state = 'pending' and operations.kind = 'capture'
            returning operations.reference, operations.subject_id),
          paid as (
            update payments set status = 'paid' from operation
             where payments.id = operation.subject_id and payments.attempt_id = operation.reference and payments.status = 'created'
            returning payments.id)
          insert into notes (about, what) select paid.id, 'paid' from paid`,
      },
      finds: [{ code: "write-breaks", statement: "settle", sqlstate: "23502", line: 2 }],
      twin: {
        what: "the default stays",
        change: "alter table notes add column weight integer not null default 1;",
      },
    },
    {
      what: "a row whose time is over",
      change: "alter table payments add constraint still check (status <> 'failed') not valid;",
      old: {
        expire:
          "update payments set status = 'failed' where id = $1 and status = 'created' and not is_live and expires_at < now() - interval '2 days'",
      },
      finds: [{ code: "write-breaks", statement: "expire", sqlstate: "23514", line: 1 }],
      twin: {
        what: "what is forbidden is another state",
        change: "alter table payments add constraint other check (status <> 'lost') not valid;",
      },
    },
    {
      what: "a row that no other row refers to",
      change:
        "create function refuse() returns trigger language plpgsql as $$ begin raise exception 'payments stay'; end $$;\ncreate trigger refuse before delete on payments for each row execute function refuse();",
      old: {
        tidy: "delete from payments where id = $1 and status = 'failed' and not exists (select from refunds where refunds.payment_id = payments.id)",
      },
      finds: [{ code: "write-breaks", statement: "tidy", sqlstate: "P0001", line: 2 }],
      twin: {
        what: "the trigger only looks on",
        change:
          "create function watch() returns trigger language plpgsql as $$ begin return old; end $$;\ncreate trigger watch before delete on payments for each row execute function watch();",
      },
    },
    {
      what: "rows move to a table where others have their keys",
      change: "alter table archive add constraint small check (amount < 0) not valid;",
      old: {
        archive:
          "with gone as (delete from payments where id = $1 and status = 'failed' returning id, amount) insert into archive (id, amount) select id, amount from gone",
      },
      finds: [{ code: "write-breaks", statement: "archive", sqlstate: "23514", line: 1 }],
      twin: {
        what: "the condition lets them in",
        change: "alter table archive add constraint big check (amount > 0) not valid;",
      },
      start: `
create table payments (id bigint primary key, status text not null default 'created' check (status in ('created', 'failed')), amount integer not null check (amount > 90));
create table archive (id bigint primary key, amount integer);`,
    },
  ],
};
