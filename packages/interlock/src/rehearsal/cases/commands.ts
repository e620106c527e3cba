import type { Subject } from "./case.ts";

export const commands: Subject = {
  name: "commands of other kinds",
  start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1, note text);
create table archive (id bigint primary key, amount integer);`,
  cases: [
    {
      what: "a cursor reads a column that is gone",
      change: "alter table orders drop column note;",
      old: { open: "declare pages cursor for select note from orders", read: "select id from orders" },
      finds: [{ code: "statement-breaks", statement: "open", sqlstate: "42703", line: 1 }],
      twin: {
        what: "it reads another",
        old: { "quiet open": "declare pages cursor for select id from orders" },
      },
    },
    {
      what: "a write inside WITH",
      change: "alter table archive drop column amount;",
      old: {
        archive:
          "with gone as (delete from orders where id = $1 returning id, amount) insert into archive (id, amount) select id, amount from gone",
      },
      finds: [{ code: "statement-breaks", statement: "archive", sqlstate: "42703", line: 1 }],
      twin: { what: "an index is added to what is written", change: "create index on archive (amount);" },
    },
    {
      what: "MERGE into a table that refuses what it inserts",
      change: "alter table archive add constraint small check (amount < 0) not valid;",
      old: {
        merge: `merge into archive using orders on archive.id = orders.id + 1000
          when matched then update set amount = orders.amount
          when not matched then insert (id, amount) values (orders.id + 1000, 7)`,
      },
      finds: [{ code: "write-breaks", statement: "merge", sqlstate: "23514", line: 1 }],
      twin: {
        what: "it does nothing",
        old: {
          "quiet merge":
            "merge into archive using orders on archive.id = orders.id when matched then update set amount = -1",
        },
      },
    },
    {
      what: "a lock on a table that is gone",
      change: "drop table archive;",
      old: {
        lock: "lock table archive in share mode",
        listen: "listen orders",
        notify: "notify orders, 'all'",
        show: "show server_version",
        set: "set local work_mem = '1MB'",
      },
      finds: [{ code: "write-breaks", statement: "lock", sqlstate: "42P01", line: 1 }],
      twin: { what: "a lock on one that stays", old: { "quiet lock": "lock table orders in share mode" } },
    },
    {
      what: "an anonymous block writes to a column that is gone",
      change: "alter table orders drop column note;",
      old: { block: "do $$ begin update orders set note = 'seen'; end $$" },
      finds: [{ code: "write-breaks", statement: "block", sqlstate: "42703", line: 1 }],
      twin: {
        what: "to one that stays",
        old: { "quiet block": "do $$ begin update orders set amount = 2; end $$" },
      },
    },
    {
      what: "a temporary table is made like one that is gone",
      change: "drop table archive;",
      old: {
        temporary: "create temporary table batch (like archive)",
        "temporary as": "create temporary table batch as select id, amount from archive",
      },
      finds: [
        { code: "write-breaks", statement: "temporary", sqlstate: "42P01", line: 1 },
        { code: "statement-breaks", statement: "temporary as", sqlstate: "42P01", line: 1 },
      ],
      twin: {
        what: "like one that stays",
        old: { "quiet temporary": "create temporary table batch (like orders)" },
      },
    },
    {
      what: "a plan is asked for of a statement that breaks",
      change: "alter table orders rename column note to remark;",
      old: { explain: "explain select note from orders" },
      finds: [{ code: "statement-breaks", statement: "explain", sqlstate: "42703", line: 1 }],
      twin: { what: "of one that doesn't", old: { "quiet explain": "explain select id from orders" } },
    },
    {
      what: "a row is locked whose table is a view now",
      start: "create table orders (id bigint primary key, amount integer);",
      change:
        "alter table orders rename to purchases;\ncreate view orders as select id, max(amount) as amount from purchases group by id;",
      old: { lock: "select amount from orders where id = $1 for update" },
      finds: [{ code: "write-breaks", statement: "lock", sqlstate: "0A000", line: 2 }],
      twin: {
        what: "it is read without a lock",
        old: { "quiet read": "select amount from orders where id = $1" },
      },
    },
    {
      what: "a stream out of a column that is gone",
      change: "alter table orders drop column note;",
      old: {
        unload: "copy orders (id, note) to stdout",
        "unload some": "copy (select note from orders) to stdout with (format csv)",
      },
      finds: [
        { code: "write-breaks", statement: "unload", sqlstate: "42703", line: 1 },
        { code: "write-breaks", statement: "unload some", sqlstate: "42703", line: 1 },
      ],
      twin: {
        what: "out of one that stays",
        old: { "quiet unload": "copy orders (id, amount) to stdout with (format binary)" },
      },
    },
    {
      what: "a text search asks for words in a configuration that is gone",
      start:
        "create text search configuration words (copy = simple);\ncreate table texts (id bigint primary key, body text);",
      change: "drop text search configuration words;",
      old: {
        search: "select id from texts where to_tsvector('words', body) @@ plainto_tsquery('words', $1)",
      },
      finds: [{ code: "statement-breaks", statement: "search", sqlstate: "42704", line: 1 }],
      twin: {
        what: "in one that stays",
        old: {
          "quiet search":
            "select id from texts where to_tsvector('simple', body) @@ plainto_tsquery('simple', $1)",
        },
      },
    },
  ],
};
