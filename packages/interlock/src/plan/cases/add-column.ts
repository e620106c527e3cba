import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, amount, note) values ($1, $2, $3)",
  read: "select id, amount, note from orders where id = $1",
  change: "update orders set amount = $2 where id = $1",
};

export const addColumn: Subject = {
  name: "a column more",
  start: `
create table customers (id bigint primary key, name text);
create table orders (id bigint primary key, amount integer not null, note text, created timestamptz not null default now());`,
  cases: [
    {
      what: "a nullable column",
      kind: "nullable column",
      migration: "alter table orders add column remark text;",
      old,
      new: { insert: "insert into orders (id, amount, remark) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a nullable column, if it is not there",
      kind: "nullable column",
      migration:
        "alter table orders add column if not exists remark text;\nalter table orders add column if not exists note text;",
      old,
      new: { insert: "insert into orders (id, amount, note, remark) values ($1, $2, $3, $4)" },
      expect: "planned",
    },
    {
      what: "arrays, collations and lengths",
      kind: "nullable column",
      migration: `alter table orders add column tags text[], add column code varchar(12) collate "C";
alter table orders add column matrix integer[][] not null default '{}', add column box numeric(12, 2) default 0;`,
      old,
      new: {
        insert: "insert into orders (id, amount, tags, code, box) values ($1, $2, '{a}', 'x', $3)",
        read: "select tags, code, matrix, box from orders",
      },
      expect: "planned",
    },
    {
      what: "a column of a domain with a rule",
      kind: "nullable column",
      start: `
create domain positive as integer check (value > 0);
create table orders (id bigint primary key, amount integer not null, note text);`,
      migration: "alter table orders add column pieces positive;",
      old,
      new: { insert: "insert into orders (id, amount, pieces) values ($1, $2, 3)" },
      expect: "cannot-plan",
    },
    {
      what: "a column of a domain without a rule",
      kind: "nullable column",
      start: `
create domain remark as varchar(40) default 'none';
create table orders (id bigint primary key, amount integer not null, note text);`,
      migration: "alter table orders add column text remark;",
      old,
      new: { insert: "insert into orders (id, amount, text) values ($1, $2, 'a')" },
      expect: "planned",
    },
    {
      what: "a mandatory column with a constant default",
      kind: "column with a constant default",
      migration: "alter table orders add column currency char(3) not null default 'EUR';",
      old,
      new: {
        insert: "insert into orders (id, amount, currency) values ($1, $2, 'USD')",
        "insert without": "insert into orders (id, amount) values ($1, $2)",
      },
      expect: "planned",
    },
    {
      what: "a column with the moment of the migration as its default",
      kind: "column with a constant default",
      migration: "alter table orders add column touched timestamptz not null default now();",
      old,
      new: { read: "select touched from orders", insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a mandatory column without a value",
      kind: "mandatory column without a default",
      migration: "alter table orders add column currency char(3) not null;",
      old,
      new: { insert: "insert into orders (id, amount, currency) values ($1, $2, 'USD')" },
      expect: "mapping-missing",
    },
    {
      what: "a mandatory column with the value that the migration gives",
      kind: "mandatory column without a default",
      migration: `alter table orders add column currency text;
update orders set currency = 'EUR';
alter table orders alter column currency set not null;`,
      old,
      new: { insert: "insert into orders (id, amount, currency) values ($1, $2, 'USD')" },
      expect: "planned",
    },
    {
      what: "a mandatory column with a mapping",
      kind: "mandatory column without a default",
      migration: `-- interlock: up orders.cents = (amount * 100)
alter table orders add column cents bigint not null;`,
      old,
      new: { insert: "insert into orders (id, amount, cents) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "random values",
      kind: "column with a volatile default",
      migration: "alter table orders add column token uuid not null default gen_random_uuid();",
      old,
      new: {
        read: "select id from orders where token = $1",
        insert: "insert into orders (id, amount) values ($1, $2)",
        "insert own": "insert into orders (id, amount, token) values ($1, $2, $3)",
      },
      expect: "planned",
    },
    {
      what: "the clock, and a number by chance",
      kind: "column with a volatile default",
      migration:
        "alter table orders add column seen timestamptz default clock_timestamp(), add column lot double precision not null default random();",
      old,
      new: {
        read: "select seen, lot from orders",
        insert: "insert into orders (id, amount) values ($1, $2)",
      },
      expect: "planned",
    },
    {
      what: "a random token that must be unique",
      kind: "column with a volatile default",
      migration:
        "alter table orders add column token uuid not null default gen_random_uuid() constraint orders_token unique;",
      old,
      new: {
        insert: "insert into orders (id, amount, token) values ($1, $2, $3) on conflict (token) do nothing",
      },
      expect: "planned",
    },
    {
      what: "numbers of a sequence of their own",
      kind: "serial or identity column",
      migration: "alter table orders add column number bigserial;",
      old,
      new: {
        read: "select number from orders where id = $1",
        insert: "insert into orders (id, amount) values ($1, $2) returning number",
      },
      expect: "planned",
    },
    {
      what: "numbers of a sequence that the migration makes",
      kind: "serial or identity column",
      migration: `create sequence order_numbers start 1000;
alter table orders add column number bigint not null default nextval('order_numbers');
alter sequence order_numbers owned by orders.number;`,
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2) returning number" },
      expect: "planned",
    },
    {
      what: "numbers by identity",
      kind: "serial or identity column",
      migration:
        "alter table orders add column number integer generated by default as identity (start with 100 increment by 10);",
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2) returning number" },
      expect: "planned",
    },
    {
      what: "numbers by identity that nobody may give",
      kind: "serial or identity column",
      migration: "alter table orders add column number bigint generated always as identity unique;",
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2) returning number" },
      expect: "planned",
    },
    {
      what: "a key of its own for a table that has none",
      kind: "serial or identity column",
      start: "create table orders (id bigint, amount integer not null, note text);",
      migration: "alter table orders add column number bigserial primary key;",
      old,
      new: { read: "select amount from orders where number = $1" },
      expect: "planned",
    },
    {
      what: "a stored column that is computed",
      kind: "generated column",
      migration: "alter table orders add column cents bigint generated always as (amount * 100) stored;",
      old,
      new: {
        read: "select cents from orders",
        insert: "insert into orders (id, amount) values ($1, $2) returning cents",
      },
      expect: "cannot-plan",
    },
    {
      what: "a virtual column that is computed",
      kind: "generated column",
      migration: "alter table orders add column cents bigint generated always as (amount * 100) virtual;",
      old,
      new: { read: "select cents from orders" },
      expect: "planned",
    },
    {
      what: "a column with a check of its own",
      kind: "CHECK",
      migration: "alter table orders add column pieces integer not null default 1 check (pieces > 0);",
      old,
      new: { insert: "insert into orders (id, amount, pieces) values ($1, $2, 3)" },
      expect: "planned",
    },
    {
      what: "a column that points to another table",
      kind: "foreign key",
      migration:
        "alter table orders add column customer_id bigint references customers (id) on delete set null;",
      old,
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a mandatory column that points to another table",
      kind: "foreign key",
      migration: `insert into customers (id, name) values (0, 'nobody');
alter table orders add column customer_id bigint not null default 0 references customers (id);`,
      old,
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a column of a partitioned table",
      kind: "partitions",
      start: `
create table orders (id bigint, amount integer not null, note text, primary key (id)) partition by range (id);
create table orders_1 partition of orders for values from (minvalue) to (1000);
create table orders_2 partition of orders default;`,
      migration: `alter table orders add column remark text;
alter table orders add column token uuid not null default gen_random_uuid();`,
      old,
      new: { insert: "insert into orders (id, amount, remark) values ($1, $2, $3)" },
      expect: "planned",
    },
  ],
};
