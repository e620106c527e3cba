import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, amount, code) values ($1, $2, $3)",
  read: "select id, amount, code from orders where id = $1",
  change: "update orders set amount = $2 where id = $1",
};

export const changeType: Subject = {
  name: "another type",
  start: `
create table orders (id bigint primary key, amount integer not null default 1, code varchar(20), note text);
create index orders_amount on orders (amount);`,
  cases: [
    {
      what: "a longer varchar, and none",
      kind: "change a type in place",
      migration: `alter table orders alter column code type varchar(40);
alter table orders alter column code type text;`,
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "integer becomes bigint",
      kind: "change a type with every row",
      migration: "alter table orders alter column amount type bigint;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "text becomes a number, by an expression",
      kind: "change a type with every row",
      migration: "alter table orders alter column note type integer using nullif(note, '')::integer;",
      old: { insert: "insert into orders (id, note) values ($1, '5')", read: "select note from orders" },
      new: { read: "select note from orders" },
      expect: "planned",
    },
    {
      what: "text becomes jsonb",
      kind: "change a type with every row",
      start: "create table orders (id bigint primary key, data text not null default '{}');",
      migration: `alter table orders alter column data drop default, alter column data type jsonb using data::jsonb, alter column data set default '{}';`,
      old: {
        insert: `insert into orders (id, data) values ($1, '{"a": 1}')`,
        read: "select data from orders",
      },
      new: {
        insert: `insert into orders (id, data) values ($1, '{"b": 2}')`,
        read: "select data from orders",
      },
      expect: "planned",
    },
    {
      what: "a key of integers becomes one of bigints",
      kind: "change a type with every row",
      start: "create table orders (id integer primary key, amount integer not null);",
      migration: "alter table orders alter column id type bigint;",
      old: {
        insert: "insert into orders (id, amount) values ($1, $2) on conflict (id) do nothing",
        change: "update orders set amount = $2 where id = $1",
      },
      new: {
        insert: "insert into orders (id, amount) values ($1, $2) on conflict (id) do nothing",
        change: "update orders set amount = $2 where id = $1",
      },
      expect: "planned",
    },
    {
      what: "a key with the columns that point to it",
      kind: "change a type with every row",
      start: `
create table customers (id integer primary key, name text);
create table orders (id bigint primary key, customer_id integer not null references customers (id) on delete cascade, amount integer);
create table notes (customer_id integer references customers (id), place integer, text text, primary key (customer_id, place));`,
      migration: `alter table customers alter column id type bigint;
alter table orders alter column customer_id type bigint;
alter table notes alter column customer_id type bigint;`,
      old: {
        "insert customer": "insert into customers (id, name) values ($1, $2)",
        insert: "insert into orders (id, customer_id, amount) values ($1, $2, $3)",
        note: "insert into notes (customer_id, place, text) values ($1, $2, $3) on conflict (customer_id, place) do update set text = excluded.text",
        drop: "delete from customers where id = $1",
      },
      new: {
        insert: "insert into orders (id, customer_id, amount) values ($1, $2, $3)",
        read: "select customers.name from customers join orders on orders.customer_id = customers.id",
      },
      expect: "planned",
    },
    {
      what: "a key with the columns that point to it, whose foreign keys are dropped and made again",
      kind: "change a type with every row",
      start: `
create table customers (id integer primary key, name text);
create table orders (id bigint primary key, customer_id integer constraint of_customer references customers (id), amount integer);`,
      migration: `alter table orders drop constraint of_customer;
alter table orders alter column customer_id type bigint;
alter table customers drop constraint customers_pkey;
alter table customers alter column id type bigint;
alter table customers add primary key (id);
alter table orders add constraint of_customer foreign key (customer_id) references customers (id);`,
      old: {
        "insert customer": "insert into customers (id, name) values ($1, $2)",
        insert: "insert into orders (id, customer_id, amount) values ($1, $2, $3)",
      },
      new: { insert: "insert into orders (id, customer_id, amount) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "a tree whose key points to itself, and two columns of one index",
      kind: "change a type with every row",
      start: `
create table nodes (id integer primary key, parent integer references nodes (id), place integer not null, depth integer,
  unique (parent, place), check (place >= 0 and depth > parent - 1000));
create index nodes_depth on nodes (depth, place);`,
      migration: `alter table nodes alter column id type bigint, alter column parent type bigint;
alter table nodes alter column place type bigint;`,
      old: {
        insert: "insert into nodes (id, parent, place) values ($1, null, $2)",
        move: "update nodes set place = $2 where id = $1",
      },
      new: {
        insert:
          "insert into nodes (id, parent, place) values ($1, null, $2) on conflict (parent, place) do nothing",
      },
      expect: "planned",
    },
    {
      what: "a key that a serial counts",
      kind: "sequence",
      start: "create table orders (id serial primary key, amount integer not null);",
      migration: "alter table orders alter column id type bigint;\nalter sequence orders_id_seq as bigint;",
      old: {
        insert: "insert into orders (amount) values ($1) returning id",
        change: "update orders set amount = $2 where id = $1",
      },
      new: { insert: "insert into orders (amount) values ($1) returning id" },
      expect: "planned",
    },
    {
      what: "a key that is an identity",
      kind: "sequence",
      start:
        "create table orders (id integer generated always as identity (start with 10) primary key, amount integer not null);",
      migration: "alter table orders alter column id type bigint;",
      old: {
        insert: "insert into orders (amount) values ($1) returning id",
        change: "update orders set amount = $2 where id = $1",
      },
      new: { insert: "insert into orders (amount) values ($1) returning id" },
      expect: "planned",
    },
    {
      what: "a column that a generated one reads",
      kind: "change a type with every row",
      start:
        "create table orders (id bigint primary key, net integer not null, gross bigint generated always as (net * 2) stored);",
      migration: `alter table orders drop column gross;
alter table orders alter column net type bigint;
alter table orders add column gross bigint generated always as (net * 2) stored;`,
      old: { insert: "insert into orders (id, net) values ($1, $2)", read: "select net, gross from orders" },
      new: { insert: "insert into orders (id, net) values ($1, $2)", read: "select net, gross from orders" },
      expect: "cannot-plan",
    },
    {
      what: "a column with rights of its own",
      kind: "grant",
      start: `
create table orders (id bigint primary key, amount integer not null);
grant select (amount), update (amount) on orders to public;`,
      migration: "alter table orders alter column amount type bigint;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column that a view reads, which is made again",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null);
create view totals as select sum(amount) as total from orders;`,
      migration: `drop view totals;
alter table orders alter column amount type bigint;
create view totals as select sum(amount) as total from orders;`,
      old: { insert: "insert into orders (id, amount) values ($1, $2)", read: "select total from totals" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)", read: "select total from totals" },
      expect: "planned",
    },
    {
      what: "a column in an exclusion constraint",
      kind: "exclusion constraint",
      start: `
create table stays (id bigint primary key, room integer not null, during int4range not null,
  constraint no_overlap exclude using gist (during with &&));`,
      migration:
        "alter table stays alter column during type int8range using int8range(lower(during)::bigint, upper(during)::bigint);",
      old: { read: "select id, during from stays" },
      new: { read: "select id, during from stays" },
      expect: "cannot-plan",
    },
    {
      what: "a column of a partitioned table, of another type",
      kind: "partitions",
      start: `
create table orders (id bigint primary key, amount integer not null) partition by range (id);
create table orders_1 partition of orders for values from (minvalue) to (1000);
create table orders_2 partition of orders default;
create index on orders (amount);`,
      migration: "alter table orders alter column amount type bigint;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column with everything that hangs on one",
      kind: "comments and settings",
      start: `
create table kinds (id integer primary key);
create table orders (id bigint primary key, kind integer not null default 3 references kinds (id) on delete cascade deferrable initially deferred,
  pieces integer default 7 constraint some_pieces check (pieces > 0), constraint once unique (kind, pieces) include (id));
create index orders_kind on orders (kind desc nulls last) where pieces > 1;
create index orders_pieces on orders ((pieces + 1), kind);
comment on column orders.pieces is 'how many';
comment on constraint some_pieces on orders is 'never none';
comment on index orders_pieces is 'for the report';
alter table orders alter column pieces set statistics 300;
alter table orders alter column pieces set (n_distinct = -0.5);
create statistics orders_stats on kind, pieces from orders;`,
      migration: "alter table orders alter column pieces type bigint, alter column kind type bigint;",
      old: {
        insert:
          "insert into orders (id, kind, pieces) values ($1, $2, $3) on conflict (kind, pieces) do nothing",
      },
      new: {
        insert:
          "insert into orders (id, kind, pieces) values ($1, $2, $3) on conflict (kind, pieces) do nothing",
      },
      expect: "planned",
    },
    {
      what: "a shorter varchar",
      kind: "narrow a type",
      migration: "alter table orders alter column code type varchar(10);",
      old: { insert: "insert into orders (id, code) values ($1, 'short')", read: "select code from orders" },
      new: { insert: "insert into orders (id, code) values ($1, 'short')", read: "select code from orders" },
      expect: "planned",
    },
    {
      what: "bigint becomes integer",
      kind: "narrow a type",
      start: "create table orders (id bigint primary key, amount bigint not null);",
      migration: "alter table orders alter column amount type integer;",
      old: { insert: "insert into orders (id, amount) values ($1, 5)", read: "select amount from orders" },
      new: { insert: "insert into orders (id, amount) values ($1, 5)", read: "select amount from orders" },
      expect: "planned",
    },
    {
      what: "text becomes an enum under one name",
      kind: "text → enum",
      start:
        "create table orders (id bigint primary key, state text not null default 'open' check (state in ('open', 'paid')));",
      migration: `create type state as enum ('open', 'paid');
alter table orders drop constraint orders_state_check;
alter table orders alter column state drop default;
alter table orders alter column state type state using state::state;
alter table orders alter column state set default 'open';`,
      old: { insert: "insert into orders (id, state) values ($1, 'paid')", read: "select state from orders" },
      new: { insert: "insert into orders (id, state) values ($1, 'paid')", read: "select state from orders" },
      expect: "planned",
    },
  ],
};
