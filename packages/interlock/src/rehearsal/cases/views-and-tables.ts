import type { Subject } from "./case.ts";

export const viewsAndTables: Subject = {
  name: "views, tables and schemas",
  start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1, note text);
create view big as select id, amount from orders where amount > 100;
create materialized view sums as select id, sum(amount) as sum from orders group by id;
create unique index sums_id on sums (id);
create schema shop;
create table shop.shelves (id bigint primary key, name text);
create table "Ordered Things" (id bigint primary key, "Größe" text);
create table a_table_whose_name_is_as_long_as_postgresql_lets_names_be_63_b (id bigint primary key);`,
  cases: [
    {
      what: "a table is dropped",
      change: "drop table shop.shelves;",
      old: {
        read: "select name from shop.shelves where id = $1",
        insert: "insert into shop.shelves (id, name) values ($1, $2)",
      },
      finds: [
        { code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 1 },
        { code: "statement-breaks", statement: "insert", sqlstate: "42P01", line: 1 },
      ],
      twin: {
        what: "a table that nobody asks for",
        old: { "quiet read": "select note from orders where id = $1" },
      },
    },
    {
      what: "a table is renamed",
      change: "alter table orders rename to purchases;",
      old: { read: "select note from orders where id = $1" },
      coming: { "read new": "select note from purchases where id = $1" },
      finds: [
        { code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 1 },
        {
          code: "statement-breaks",
          statement: "read new",
          sqlstate: "42P01",
          severity: "note",
          when: "before-change",
        },
      ],
      order: "split",
      start:
        "create table orders (id bigint generated always as identity primary key, amount integer not null default 1, note text);",
      twin: {
        what: "a view of the old name is left behind, for reading and writing",
        change: "alter table orders rename to purchases;\ncreate view orders as select * from purchases;",
        old: {
          read: "select note from orders where id = $1",
          insert: "insert into orders (amount) values ($1) returning id",
          upsert: "insert into orders (amount) values ($1) on conflict (id) do nothing",
          change: "update orders set note = $2 where id = $1",
          forget: "delete from orders where id = $1",
        },
      },
    },
    {
      what: "what a view left behind can't do: be loaded, be emptied",
      start: "create table orders (id bigint primary key, note text);",
      change: "alter table orders rename to purchases;\ncreate view orders as select * from purchases;",
      old: { load: "copy orders (id, note) from stdin", empty: "truncate orders" },
      finds: [
        { code: "write-breaks", statement: "load", sqlstate: "42809", line: 2 },
        { code: "write-breaks", statement: "empty", sqlstate: "42809", line: 2 },
      ],
      twin: {
        what: "be read in a stream",
        old: { "quiet unload": "copy (select id, note from orders) to stdout" },
      },
    },
    {
      what: "a table moves to another schema",
      change: "alter table orders set schema shop;",
      old: { read: "select note from orders where id = $1" },
      finds: [{ code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 1 }],
      twin: { what: "an index is renamed", change: "alter index sums_id rename to sums_pk;" },
    },
    {
      what: "a schema is called something else",
      change: "alter schema shop rename to store;",
      old: { read: "select name from shop.shelves where id = $1" },
      finds: [{ code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 1 }],
      twin: {
        what: "another schema is made",
        change: "create schema store;\ncreate table store.shelves (id bigint);",
      },
    },
    {
      what: "a table is made that is found before the one that was meant",
      start:
        "create schema shop;\ncreate table shop.notes (id bigint primary key, note text);\ncreate table orders (id bigint primary key, note text);",
      change: "create view shop.orders as select 1 as id;\nalter table orders drop column note;",
      old: { read: "select note from orders" },
      finds: [{ code: "statement-breaks", statement: "read", sqlstate: "42703", line: 2 }],
      twin: { what: "it has the same name elsewhere", change: "create table shop.orders (id bigint);" },
    },
    {
      what: "a view is dropped",
      change: "drop view big;",
      old: { big: "select id from big" },
      finds: [{ code: "statement-breaks", statement: "big", sqlstate: "42P01", line: 1 }],
      twin: {
        what: "a view is made beside it",
        change: "create view bigger as select id, amount, note from orders where amount > 200;",
      },
    },
    {
      what: "a view loses a column",
      change: "drop view big;\ncreate view big as select id from orders where amount > 100;",
      old: { amount: "select amount from big" },
      finds: [{ code: "statement-breaks", statement: "amount", sqlstate: "42703", line: 1 }],
      twin: {
        what: "its rows are others",
        change: "create or replace view big as select id, amount from orders where amount > 50;",
      },
    },
    {
      what: "a view can't be written through any more",
      start:
        "create table orders (id bigint generated always as identity primary key, amount integer not null default 1);\ncreate view shown as select id, amount from orders;",
      change: "create or replace view shown as select distinct id, amount from orders;",
      old: { insert: "insert into shown (amount) values ($1)" },
      finds: [{ code: "statement-breaks", statement: "insert", sqlstate: "55000", line: 1 }],
      twin: {
        what: "it is sorted",
        change: "create or replace view shown as select id, amount from orders order by id;",
      },
    },
    {
      what: "a table takes what hangs on it along",
      change: "alter table orders drop column amount cascade;",
      old: { big: "select id from big", sums: "select sum from sums" },
      finds: [
        { code: "statement-breaks", statement: "big", sqlstate: "42P01", line: 1 },
        { code: "statement-breaks", statement: "sums", sqlstate: "42P01", line: 1 },
      ],
      twin: {
        what: "a column goes on which nothing hangs",
        change: "alter table orders drop column note;",
        old: { "big again": "select id from big", sums: "select sum from sums" },
      },
      start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 1, note text);
create view big as select id from orders where amount > 100;
create materialized view sums as select id, sum(amount) as sum from orders group by id;`,
    },
    {
      what: "what is worked out in advance can't be refreshed beside its readers",
      change: "drop index sums_id;",
      old: { refresh: "refresh materialized view concurrently sums" },
      finds: [{ code: "write-breaks", statement: "refresh", sqlstate: "55000", line: 1 }],
      twin: {
        what: "it is refreshed under a lock",
        old: { "quiet refresh": "refresh materialized view sums" },
      },
    },
    {
      what: "names with blanks and capitals",
      change: `alter table "Ordered Things" rename to ordered_things;`,
      old: { size: `select "Größe" from "Ordered Things" where id = $1` },
      finds: [{ code: "statement-breaks", statement: "size", sqlstate: "42P01", line: 1 }],
      twin: { what: "one more in small letters", change: `create table "ordered things" (id bigint);` },
    },
    {
      what: "a name of 63 bytes",
      change: "drop table a_table_whose_name_is_as_long_as_postgresql_lets_names_be_63_b;",
      old: { count: "select count(*) from a_table_whose_name_is_as_long_as_postgresql_lets_names_be_63_b" },
      finds: [{ code: "statement-breaks", statement: "count", sqlstate: "42P01", line: 1 }],
      twin: {
        what: "one that differs in the last letter",
        change: "create table a_table_whose_name_is_as_long_as_postgresql_lets_names_be_63_c (id bigint);",
      },
    },
    {
      what: "rows of a child are no longer its parent's",
      start:
        "create table vehicles (id bigint generated by default as identity, wheels integer);\ncreate table bikes (bell boolean) inherits (vehicles);",
      change: "alter table bikes no inherit vehicles;\nalter table bikes drop column wheels;",
      old: { wheels: "select wheels from bikes", all: "select wheels from vehicles" },
      finds: [{ code: "statement-breaks", statement: "wheels", sqlstate: "42703", line: 2 }],
      twin: { what: "another child", change: "create table cars (doors integer) inherits (vehicles);" },
    },
    {
      what: "two parents give a child a column twice, with other types",
      start: "create table a (id bigint primary key);\ncreate table b () inherits (a);",
      change: "alter table a add column size integer;\nalter table only a rename to roots;",
      old: { read: "select id from only a" },
      finds: [{ code: "statement-breaks", statement: "read", sqlstate: "42P01", line: 2 }],
      twin: { what: "the child's rows are read", old: { "quiet read": "select id from b" } },
    },
  ],
};
