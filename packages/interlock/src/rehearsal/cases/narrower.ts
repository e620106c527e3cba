import type { Subject } from "./case.ts";

export const narrower: Subject = {
  name: "values that no longer fit",
  start: `
create table orders (
  id bigint generated always as identity primary key,
  code varchar(20),
  price numeric(10,2),
  quantity bigint not null default 1,
  rank integer,
  flags bit varying(12),
  note text,
  placed timestamptz,
  letter character(4)
);`,
  cases: [
    {
      what: "a text is cut shorter",
      change: "alter table orders alter code type varchar(3) using left(code, 3);",
      old: { write: "update orders set code = $2 where id = $1" },
      coming: { "write new": "update orders set code = left($2, 3) where id = $1" },
      finds: [{ code: "write-breaks", statement: "write", sqlstate: "22001", line: 1 }],
      order: "app-first",
      twin: { what: "it may be longer", change: "alter table orders alter code type varchar(40);" },
    },
    {
      what: "a text without a limit gets one",
      change: "alter table orders alter note type varchar(5) using left(note, 5);",
      old: { write: { sql: "insert into orders (note) values ($1)", samples: [["a long note"]] } },
      finds: [
        { code: "result-changes", statement: "write", line: 1 },
        { code: "write-breaks", statement: "write", sqlstate: "22001", line: 1 },
      ],
      twin: {
        what: "a limit is taken away",
        change: "alter table orders alter letter type character(8);",
        old: { write: "insert into orders (letter) values ($1)" },
      },
    },
    {
      what: "a number may have fewer digits",
      change: "alter table orders alter price type numeric(4,2) using least(price, 99);",
      old: { write: { sql: "update orders set price = $2 where id = $1", samples: [["1", "1999.99"]] } },
      finds: [{ code: "write-breaks", statement: "write", sqlstate: "22003", line: 1 }],
      twin: { what: "it may have more", change: "alter table orders alter price type numeric(14,2);" },
    },
    {
      what: "a whole number becomes a smaller one",
      change: "alter table orders alter quantity type integer;",
      old: { fill: "update orders set quantity = 3000000000 where id = $1" },
      finds: [{ code: "write-breaks", statement: "fill", sqlstate: "22003", line: 1 }],
      twin: {
        what: "what is written fits",
        old: { "quiet fill": "update orders set quantity = 3 where id = $1" },
      },
      start:
        "create table orders (id bigint generated always as identity primary key, quantity bigint not null default 1);",
    },
    {
      what: "a computed value grows out of its column",
      change: "alter table orders alter rank type smallint;",
      old: { raise: "update orders set rank = id::integer + 40000 where id = $1" },
      finds: [{ code: "write-breaks", statement: "raise", sqlstate: "22003", line: 1 }],
      twin: { what: "it stays in it", old: { "quiet raise": "update orders set rank = 4 where id = $1" } },
      start: "create table orders (id bigint generated always as identity primary key, rank integer);",
    },
    {
      what: "a word is no number",
      change: "alter table orders alter code type integer using 0;",
      old: { write: "update orders set code = 'none' where id = $1" },
      finds: [{ code: "statement-breaks", statement: "write", sqlstate: "22P02", line: 1 }],
      twin: {
        what: "a number in quotes is both",
        old: { "quiet write": "update orders set code = '12' where id = $1" },
      },
      start: "create table orders (id bigint generated always as identity primary key, code varchar(20));",
    },
    {
      what: "bits are too many",
      change: "alter table orders alter flags type bit varying(3) using flags::bit(3);",
      old: { write: "update orders set flags = B'10101' where id = $1" },
      finds: [{ code: "write-breaks", statement: "write", sqlstate: "22001", line: 1 }],
      twin: { what: "there may be more", change: "alter table orders alter flags type bit varying(30);" },
    },
    {
      what: "a moment becomes a day, and so does what it is compared with",
      change: "alter table orders alter placed type date using placed::date;",
      old: { place: "delete from orders where placed = $1" },
      finds: [{ code: "result-changes", statement: "place", line: 1 }],
      verdict: "unsafe",
      order: "schema-first",
      twin: {
        what: "the parameter is of the same type still",
        old: { "quiet place": "insert into orders (placed) values (now())" },
      },
      start: "create table orders (id bigint generated always as identity primary key, placed timestamptz);",
    },
    {
      what: "a list is no longer one",
      start: "create table orders (id bigint generated always as identity primary key, tags text[]);",
      change: "alter table orders alter tags type text using array_to_string(tags, ',');",
      old: { tagged: "select id from orders where $1 = any (tags)" },
      finds: [{ code: "statement-breaks", statement: "tagged", sqlstate: "42809", line: 1 }],
      twin: { what: "it is not looked into", old: { "quiet count": "select count(*) from orders" } },
    },
  ],
};
