import type { Subject } from "./case.ts";

export const privileges: Subject = {
  name: "privileges and row-level security",
  start: `
create table orders (id bigint generated always as identity primary key, owner text not null default 'me', note text, secret text);
create sequence numbers;
create function total() returns bigint language sql stable as $$ select count(*) from orders $$;
create schema extra;
create table extra.notes (id bigint primary key, note text);`,
  cases: [
    {
      what: "a table may not be written to any more",
      change: "revoke insert on orders from current_user;",
      old: { insert: "insert into orders (note) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42501", line: 1 }],
      twin: { what: "it may still be read", old: { "quiet read": "select note from orders where id = $1" } },
    },
    {
      what: "one column may not be read any more",
      change:
        "revoke select on orders from current_user;\ngrant select (id, owner, note) on orders to current_user;",
      old: { read: "select secret from orders where id = $1" },
      finds: [{ code: "write-breaks", statement: "read", sqlstate: "42501", line: 1 }],
      twin: { what: "another one may", old: { "quiet read": "select note from orders where id = $1" } },
    },
    {
      what: "a sequence may not be asked any more",
      change: "revoke all on sequence numbers from current_user;",
      old: { next: "select nextval('numbers')" },
      finds: [{ code: "write-breaks", statement: "next", sqlstate: "42501", line: 1 }],
      twin: {
        what: "it may, but not be looked at",
        change: "revoke select on sequence numbers from current_user;",
      },
    },
    {
      what: "a function may not be called any more",
      change: "revoke execute on function total() from public, current_user;",
      old: { total: "select total()" },
      finds: [{ code: "write-breaks", statement: "total", sqlstate: "42501", line: 1 }],
      twin: { what: "others may as well", change: "grant execute on function total() to public;" },
    },
    {
      what: "a schema may not be entered any more",
      change: "revoke usage on schema extra from current_user;",
      old: { note: "select note from extra.notes where id = $1" },
      finds: [{ code: "statement-breaks", statement: "note", sqlstate: "42501", line: 1 }],
      twin: {
        what: "nothing more may be made in it",
        change: "revoke create on schema extra from current_user;",
      },
    },
    {
      what: "rows are guarded, even against the table's owner, and nothing lets one write",
      change: "alter table orders enable row level security;\nalter table orders force row level security;",
      old: { insert: "insert into orders (note) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42501", line: 2 }],
      twin: {
        what: "a policy lets everything through",
        change:
          "create policy all_of_it on orders using (true) with check (true);\nalter table orders enable row level security;\nalter table orders force row level security;",
      },
    },
    {
      what: "a policy refuses what is written",
      change:
        "alter table orders enable row level security;\nalter table orders force row level security;\ncreate policy own on orders using (true) with check (owner = 'nobody');",
      old: { insert: "insert into orders (note) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42501", line: 2 }],
      twin: {
        what: "it refuses what is not written",
        change:
          "create policy own on orders using (true) with check (owner <> 'nobody');\nalter table orders enable row level security;\nalter table orders force row level security;",
      },
    },
    {
      what: "a policy changes to one that refuses",
      start: `create table orders (id bigint generated always as identity primary key, owner text not null default 'me', note text);
alter table orders enable row level security;
alter table orders force row level security;
create policy own on orders using (true) with check (true);`,
      change: "alter policy own on orders with check (note <> 'gift');",
      old: { insert: { sql: "insert into orders (note) values ($1)", samples: [["gift"]] } },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42501", line: 1 }],
      twin: {
        what: "a further one lets more through",
        change: "create policy more on orders with check (note = 'gift');",
      },
    },
    {
      what: "another role may not write any more, as which nothing is tried here",
      change: "revoke insert, update on orders from public;",
      old: { insert: "insert into orders (note) values ($1)" },
      finds: [],
      order: "schema-first",
      verdict: "unknown",
      twin: {
        what: "it writes somewhere else",
        old: { "quiet note": "select note from extra.notes where id = $1" },
      },
    },
    {
      what: "rows are guarded against everybody but the owner, as whom everything is tried here",
      change: "alter table orders enable row level security;",
      old: { insert: "insert into orders (note) values ($1)" },
      finds: [],
      order: "schema-first",
      verdict: "unknown",
      twin: { what: "of another table", old: { "quiet note": "select note from extra.notes where id = $1" } },
    },
    {
      what: "a view asks in the name of who reads it",
      start: `create table hidden (id bigint primary key, note text);
create view shown as select id, note from hidden;
create function look() returns bigint language sql stable as $$ select count(*) from shown $$;`,
      change: "alter view shown set (security_invoker = true);\nrevoke select on hidden from current_user;",
      old: { look: "select note from shown" },
      finds: [{ code: "write-breaks", statement: "look", sqlstate: "42501", line: 2 }],
      twin: {
        what: "it may read what is behind it",
        change: "alter view shown set (security_invoker = true);",
      },
    },
  ],
};
