import type { Subject } from "./case.ts";

export const results: Subject = {
  name: "types of results and parameters",
  start: `
create table orders (
  id bigint generated always as identity primary key,
  amount integer not null default 0,
  price numeric(10,2),
  code text,
  is_paid boolean not null default false,
  details json,
  ratio real
);`,
  cases: [
    {
      what: "an integer becomes a bigint under a client that reads it",
      change: "alter table orders alter amount type bigint;",
      old: { read: { sql: "select amount from orders where id = $1", prepared: true } },
      coming: { "read new": "select amount::integer from orders where id = $1" },
      finds: [
        { code: "result-changes", statement: "read", line: 1 },
        { code: "cached-plan-breaks", statement: "read", sqlstate: "0A000", line: 1 },
      ],
      order: "app-first",
      twin: {
        what: "the client reads another column",
        old: { "quiet read": { sql: "select code from orders where id = $1", prepared: true } },
      },
    },
    {
      what: "a parameter is of another type",
      change: "alter table orders alter amount type numeric;",
      old: { find: "select id from orders where amount = $1" },
      finds: [{ code: "result-changes", statement: "find", line: 1 }],
      order: "schema-first",
      twin: {
        what: "it says itself of which type it is",
        old: { "quiet find": "select id from orders where amount = $1::integer" },
      },
    },
    {
      what: "a number has more digits: it says so, and hurts nobody",
      change: "alter table orders alter price type numeric(12,2);",
      old: { read: { sql: "select price from orders where id = $1", prepared: false } },
      finds: [
        { code: "result-changes", statement: "read", severity: "warning", line: 1 },
        { code: "cached-plan-breaks", statement: "read", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      verdict: "safe",
      twin: { what: "a sum has the same type", old: { "quiet sum": "select sum(price) from orders" } },
    },
    {
      what: "a condition is no longer a truth value",
      change:
        "alter table orders alter is_paid drop default;\nalter table orders alter is_paid type text using is_paid::text;",
      old: { paid: "select id from orders where is_paid" },
      finds: [{ code: "statement-breaks", statement: "paid", sqlstate: "42804", line: 2 }],
      twin: {
        what: "its default is another one",
        change: "alter table orders alter is_paid set default true;",
      },
    },
    {
      what: "two types can't be compared any more",
      change: "alter table orders alter amount drop default, alter amount type text using amount::text;",
      old: { big: "select id from orders where amount > 100" },
      finds: [{ code: "statement-breaks", statement: "big", sqlstate: "42883", line: 1 }],
      twin: { what: "an index is added to it", change: "create index on orders (amount);" },
    },
    {
      what: "a value of another type can't be put in",
      change: "alter table orders alter code type integer using 0;",
      old: { copy: "insert into orders (code) select left(note, 20) from orders where id = $1" },
      finds: [{ code: "statement-breaks", statement: "copy", sqlstate: "42804", line: 1 }],
      twin: {
        what: "its type goes by another name",
        change: "alter table orders alter code type varchar;",
        old: { copy: "insert into orders (code) select left(note, 20) from orders where id = $1" },
      },
      start:
        "create table orders (id bigint generated always as identity primary key, code text, note text);",
    },
    {
      what: "json becomes jsonb: what asks it goes on, what it answers is of another type",
      change: "alter table orders alter details type jsonb;",
      old: {
        kind: "select details -> 'kind' from orders where id = $1",
        text: "select details ->> 'kind' from orders where id = $1",
      },
      finds: [
        { code: "result-changes", statement: "kind", line: 1 },
        { code: "cached-plan-breaks", statement: "kind", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      twin: {
        what: "it is indexed",
        change: "create index on orders ((details ->> 'kind'));",
        old: { text: "select details ->> 'kind' from orders where id = $1" },
      },
    },
    {
      what: "jsonb becomes json, and can't be asked what it contains",
      start: "create table orders (id bigint generated always as identity primary key, details jsonb);",
      change: "alter table orders alter details type json;",
      old: { gifts: `select id from orders where details @> '{"gift": true}'` },
      finds: [{ code: "statement-breaks", statement: "gifts", sqlstate: "42883", line: 1 }],
      twin: {
        what: "it gets an index for that",
        change: "create index on orders using gin (details jsonb_path_ops);",
      },
    },
    {
      what: "a union has lost what its parts have in common",
      start:
        "create table a (id bigint primary key, name text);\ncreate table b (id bigint primary key, name text);",
      change: "alter table b alter name type integer using 0;",
      old: { both: "select name from a union select name from b" },
      finds: [{ code: "statement-breaks", statement: "both", sqlstate: "42804", line: 1 }],
      twin: {
        what: "one part may have more letters",
        change: "alter table a alter name type varchar(100);\nalter table a alter name type text;",
      },
    },
    {
      what: "a collation that can't tell some texts apart is no good for patterns",
      start:
        "create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);\ncreate table names (id bigint primary key, name text);",
      change: "alter table names alter name type text collate loose;",
      old: { search: "select id from names where name ~ $1" },
      finds: [{ code: "write-breaks", statement: "search", sqlstate: "0A000", line: 1 }],
      twin: {
        what: "what is searched has a collation of its own",
        old: { "quiet search": `select id from names where name collate "C" ~ $1` },
      },
    },
    {
      what: "a range is of another kind",
      start: "create table bookings (id bigint primary key, during tsrange);",
      change:
        "alter table bookings alter during type tstzrange using tstzrange(lower(during), upper(during));",
      old: { at: "select id from bookings where during @> $1::timestamp" },
      finds: [{ code: "statement-breaks", statement: "at", sqlstate: "42883", line: 1 }],
      twin: { what: "it gets an index", change: "create index on bookings using gist (during);" },
    },
  ],
};
