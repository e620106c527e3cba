import type { Subject } from "./case.ts";

export const triggers: Subject = {
  name: "triggers and rules",
  start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1, note text);
create table log (id bigint generated always as identity primary key, what text);
create view shown as select id, amount from orders;
create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
create function tell() returns trigger language plpgsql as $$ begin insert into log (what) values (tg_op); return coalesce(new, old); end $$;`,
  cases: [
    {
      what: "a trigger refuses what comes in",
      change: "create trigger refuse before insert on orders for each row execute function refuse();",
      old: {
        insert: "insert into orders (amount) values ($1)",
        read: "select amount from orders where id = $1",
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "P0001", line: 1 }],
      twin: {
        what: "it writes it down",
        change: "create trigger tell before insert on orders for each row execute function tell();",
      },
    },
    {
      what: "a trigger refuses some values only",
      change:
        "create trigger refuse before update on orders for each row when (new.note = 'gift') execute function refuse();",
      old: { mark: "update orders set note = 'gift' where id = $1" },
      finds: [{ code: "write-breaks", statement: "mark", sqlstate: "P0001", line: 1 }],
      twin: {
        what: "others",
        change:
          "create trigger refuse_other before update on orders for each row when (new.note = 'theft') execute function refuse();",
      },
    },
    {
      what: "a trigger behind the write refuses it",
      change: "create trigger refuse after delete on orders for each row execute function refuse();",
      old: { forget: "delete from orders where id = $1" },
      finds: [{ code: "write-breaks", statement: "forget", sqlstate: "P0001", line: 1 }],
      twin: { what: "it is for updates", old: { "quiet insert": "insert into orders (amount) values ($1)" } },
    },
    {
      what: "a trigger waits until the end of the transaction and refuses then",
      change:
        "create constraint trigger refuse after insert on orders deferrable initially deferred for each row execute function refuse();",
      old: { insert: "insert into orders (amount) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "P0001", line: 1 }],
      twin: {
        what: "it writes it down",
        change:
          "create constraint trigger tell_later after insert on orders deferrable initially deferred for each row execute function tell();",
      },
    },
    {
      what: "a trigger for the whole statement refuses",
      change: "create trigger refuse before truncate on log for each statement execute function refuse();",
      old: { empty: "truncate log" },
      finds: [{ code: "write-breaks", statement: "empty", sqlstate: "P0001", line: 1 }],
      twin: { what: "rows are deleted", old: { "quiet delete": "delete from log" } },
    },
    {
      what: "what is written through a view goes to a trigger that refuses",
      change: "create trigger refuse instead of insert on shown for each row execute function refuse();",
      old: { insert: "insert into shown (amount) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "P0001", line: 1 }],
      twin: {
        what: "it lets it through",
        change: "create trigger tell instead of update on shown for each row execute function tell();",
        old: { insert: "insert into shown (amount) values ($1)" },
      },
    },
    {
      what: "a trigger writes to a table that is gone",
      start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1);
create table log (what text);
create function tell() returns trigger language plpgsql as $$ begin insert into log (what) values (tg_op); return new; end $$;
create trigger tell after insert on orders for each row execute function tell();`,
      change: "drop table log;",
      old: { insert: "insert into orders (amount) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42P01", line: 1 }],
      twin: {
        what: "the table has a column more",
        change: "alter table log add column at timestamptz default now();",
      },
    },
    {
      what: "a trigger uses a column that is called something else",
      start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1, total integer);
create function sum_up() returns trigger language plpgsql as $$ begin new.total := new.amount * 2; return new; end $$;
create trigger sum_up before insert on orders for each row execute function sum_up();`,
      change: "alter table orders rename column total to sum;",
      old: { insert: "insert into orders (amount) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "42703", line: 1 }],
      twin: {
        what: "the trigger is called something else",
        change: "alter trigger sum_up on orders rename to add_up;",
      },
    },
    {
      what: "triggers call each other without an end",
      start: `
create table a (id bigint primary key, name text);
create table b (id bigint primary key, name text);
create function to_b() returns trigger language plpgsql as $$ begin update b set name = new.name where id = new.id; return new; end $$;
create function to_a() returns trigger language plpgsql as $$ begin update a set name = new.name where id = new.id; return new; end $$;
create trigger to_b after update on a for each row execute function to_b();`,
      change: "create trigger to_a after update on b for each row execute function to_a();",
      old: { rename: "update a set name = $2 where id = $1" },
      finds: [{ code: "write-breaks", statement: "rename", sqlstate: "54001", line: 1 }],
      twin: {
        what: "the way back is taken where something differs",
        change:
          "create trigger to_a after update on b for each row when (old.id is distinct from new.id) execute function to_a();",
      },
    },
    {
      what: "a rule turns an insert into nothing that could be returned",
      change: "create rule aside as on insert to orders do instead insert into log (what) values ('aside');",
      old: { insert: "insert into orders (amount) values ($1) returning id" },
      finds: [{ code: "statement-breaks", statement: "insert", sqlstate: "0A000", line: 1 }],
      twin: {
        what: "the rule adds something",
        change: "create rule beside as on update to orders do also insert into log (what) values ('beside');",
        old: { insert: "insert into orders (amount) values ($1) returning id" },
      },
    },
    {
      what: "an upsert does not go with a rule",
      start: "create table orders (id bigint primary key, note text);\ncreate table log (what text);",
      change: "create rule beside as on insert to orders do also insert into log values ('beside');",
      old: {
        upsert:
          "insert into orders (id, note) values ($1, $2) on conflict (id) do update set note = excluded.note",
      },
      finds: [{ code: "statement-breaks", statement: "upsert", sqlstate: "0A000", line: 1 }],
      twin: {
        what: "a plain insert does",
        old: { "quiet insert": "insert into orders (id, note) values ($1, $2)" },
      },
    },
  ],
};
