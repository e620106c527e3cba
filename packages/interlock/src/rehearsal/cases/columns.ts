import type { Subject } from "./case.ts";

export const columns: Subject = {
  name: "columns",
  start: `
create table customers (id bigint generated always as identity primary key, email text not null, vat text);
create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customers (id),
  note text,
  code text,
  "Größe 📦" text
);`,
  cases: [
    {
      what: "a column is dropped",
      change: "alter table orders add column remark text;\n\nalter table orders drop column note;",
      old: {
        insert: "insert into orders (customer_id, note) values ($1, $2)",
        read: "select note from orders where id = $1",
        count: "select count(*) from orders",
      },
      coming: { "read new": "select remark from orders where id = $1" },
      finds: [
        { code: "statement-breaks", statement: "insert", sqlstate: "42703", line: 3 },
        { code: "statement-breaks", statement: "read", sqlstate: "42703", line: 3 },
        {
          code: "statement-breaks",
          statement: "read new",
          sqlstate: "42703",
          severity: "note",
          when: "before-change",
        },
      ],
      order: "split",
      twin: {
        what: "a column is dropped that no statement names",
        old: {
          "quiet insert": "insert into orders (customer_id) values ($1)",
          "quiet read": "select code from orders where id = $1",
        },
      },
      start: `
create table customers (id bigint generated always as identity primary key);
create table orders (id bigint generated always as identity primary key, customer_id bigint not null references customers (id), note text, code text);`,
    },
    {
      what: "a column is renamed",
      change: "alter table orders rename column code to reference;",
      old: {
        find: "select id from orders where code = $1",
        set: "update orders set code = upper(code) where id = $1",
      },
      coming: { "find new": "select id from orders where reference = $1" },
      finds: [
        { code: "statement-breaks", statement: "find", sqlstate: "42703", line: 1 },
        { code: "statement-breaks", statement: "set", sqlstate: "42703", line: 1 },
        {
          code: "statement-breaks",
          statement: "find new",
          sqlstate: "42703",
          severity: "note",
          when: "before-change",
        },
      ],
      order: "split",
      twin: {
        what: "a constraint is renamed",
        change: "alter table orders rename constraint orders_customer_id_fkey to orders_customer;",
      },
    },
    {
      what: "a column is added that another table has too",
      change: "alter table customers add column note text;",
      old: { joined: "select note from orders join customers on customers.id = orders.customer_id" },
      finds: [{ code: "statement-breaks", statement: "joined", sqlstate: "42702", line: 1 }],
      twin: {
        what: "the column is named with its table",
        old: {
          "quiet joined":
            "select orders.note from orders join customers on customers.id = orders.customer_id",
        },
      },
      start: `
create table customers (id bigint generated always as identity primary key);
create table orders (id bigint generated always as identity primary key, customer_id bigint not null references customers (id), note text);`,
    },
    {
      what: "an update reads a column that the table it joins gets too",
      change: "alter table customers add column code text;",
      old: {
        fill: "update orders set note = customers.email from customers where customers.id = customer_id and code is null",
      },
      finds: [{ code: "statement-breaks", statement: "fill", sqlstate: "42702", line: 1 }],
      twin: {
        what: "a column is added whose name is nobody's",
        change: "alter table customers add column loyalty integer default 0;",
      },
    },
    {
      what: "a prepared select * gets a column more",
      change: "alter table customers add column phone text;",
      old: { all: { sql: "select * from customers", prepared: true } },
      finds: [
        { code: "result-changes", statement: "all", severity: "warning", line: 1 },
        { code: "cached-plan-breaks", statement: "all", sqlstate: "0A000", line: 1 },
      ],
      twin: {
        what: "the columns are named",
        old: { "quiet some": { sql: "select id, email from customers", prepared: true } },
      },
      start:
        "create table customers (id bigint generated always as identity primary key, email text not null);",
    },
    {
      what: "returning * gets a column less",
      change: "alter table orders drop column code;",
      old: { insert: { sql: "insert into orders (customer_id) values ($1) returning *", prepared: false } },
      finds: [
        { code: "result-changes", statement: "insert", line: 1 },
        { code: "cached-plan-breaks", statement: "insert", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      twin: {
        what: "the key is returned",
        old: { "quiet insert": "insert into orders (customer_id) values ($1) returning id" },
      },
      start: `
create table customers (id bigint generated always as identity primary key);
create table orders (id bigint generated always as identity primary key, customer_id bigint not null references customers (id), code text);`,
    },
    {
      what: "an insert without a list of columns has a value too many",
      start: "create table entries (id bigint primary key, code text, note text);",
      change: "alter table entries drop column note;",
      old: { insert: "insert into entries values ($1, $2, $3)" },
      finds: [{ code: "statement-breaks", statement: "insert", sqlstate: "42601", line: 1 }],
      twin: {
        what: "a column is added behind the others",
        change: "alter table entries add column remark text;",
      },
    },
    {
      what: "COPY without a list of columns wants a value more",
      start: "create table entries (id bigint primary key, code text);",
      change: "alter table entries add column note text;",
      old: { load: "copy entries from stdin", "load csv": "copy entries from stdin with (format csv)" },
      finds: [
        { code: "write-breaks", statement: "load", sqlstate: "22P04", line: 1 },
        { code: "write-breaks", statement: "load csv", sqlstate: "22P04", line: 1 },
      ],
      twin: {
        what: "it names its columns",
        old: { "quiet load": "copy entries (id, code) from stdin with (format csv)" },
      },
    },
    {
      what: "columns come in another order",
      start: "create table entries (id bigint primary key, code text, note text);",
      change:
        "alter table entries rename column code to was;\nalter table entries add column code text;\nalter table entries drop column was;",
      old: { all: "select * from entries" },
      finds: [
        { code: "result-changes", statement: "all", line: 1 },
        { code: "cached-plan-breaks", statement: "all", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      twin: { what: "they are named", old: { "quiet all": "select id, code, note from entries" } },
    },
    {
      what: "a column with letters of every kind is renamed",
      change: `alter table orders rename column "Größe 📦" to size;`,
      old: { sized: `select "Größe 📦" from orders where id = $1` },
      finds: [{ code: "statement-breaks", statement: "sized", sqlstate: "42703", line: 1 }],
      twin: {
        what: "one that looks like it is added",
        change: `alter table orders add column "größe 📦" text;`,
      },
    },
    {
      what: "a field of a whole row is gone",
      start: "create table entries (id bigint primary key, code text, note text);",
      change: "alter table entries drop column note;",
      old: { field: "select (e).note from (select entries as e from entries) as whole" },
      finds: [{ code: "statement-breaks", statement: "field", sqlstate: "42703", line: 1 }],
      twin: {
        what: "another field",
        old: { "quiet field": "select (e).code from (select entries as e from entries) as whole" },
      },
    },
    {
      what: "a function of a column that is in the way of a column that is added",
      start: `create table entries (id bigint primary key, first text, last text);
create function title(e entries) returns text language sql stable as $$ select e.first || ' ' || e.last $$;`,
      change: "alter table entries add column title integer not null default 0;",
      old: { titles: "select e.title from entries e" },
      finds: [
        { code: "result-changes", statement: "titles", line: 1 },
        { code: "cached-plan-breaks", statement: "titles", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      twin: { what: "the function is called", old: { "quiet titles": "select title(e) from entries e" } },
    },
  ],
};
