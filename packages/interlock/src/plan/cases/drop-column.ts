import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, amount, note) values ($1, $2, $3)",
  read: "select amount, note from orders where id = $1",
};

export const dropColumn: Subject = {
  name: "a column less",
  start: "create table orders (id bigint primary key, amount integer not null, note text);",
  cases: [
    {
      what: "a nullable column goes",
      kind: "drop a column",
      migration: "alter table orders drop column note;",
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a mandatory column goes, with what the old version sees in it",
      kind: "drop a column",
      migration: "-- interlock: down orders.amount = (0)\nalter table orders drop column if exists amount;",
      old,
      new: { insert: "insert into orders (id, note) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a mandatory column goes, and nothing says what the old version sees",
      kind: "drop a column",
      migration: "alter table orders drop column amount;",
      old,
      new: { insert: "insert into orders (id, note) values ($1, $2)" },
      expect: "mapping-missing",
    },
    {
      what: "a column that others hang on goes with them",
      kind: "drop a column",
      start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, customer_id bigint references customers (id), amount integer not null, note text,
  constraint noted check (note <> '' or amount > 0), unique (note, amount));
create index on orders (note);`,
      migration: "alter table orders drop column note, drop column customer_id;",
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column that a view reads goes with the view",
      kind: "view",
      start: `
create table orders (id bigint primary key, amount integer not null, note text);
create view noted as select id, note from orders;`,
      migration: "alter table orders drop column note cascade;",
      old: { ...old, view: "select note from noted" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a computed column goes",
      kind: "drop a column",
      start:
        "create table orders (id bigint primary key, amount integer not null, note text, cents integer generated always as (amount * 100) stored);",
      migration: "alter table orders drop column cents;",
      old: { ...old, cents: "select cents from orders" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a serial goes with its sequence",
      kind: "sequence",
      start:
        "create table orders (id bigint primary key, amount integer not null, note text, number bigserial);",
      migration: "alter table orders drop column number;",
      old: { ...old, number: "select number from orders" },
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column of a partitioned table goes",
      kind: "partitions",
      start: `
create table orders (id bigint primary key, amount integer not null, note text) partition by range (id);
create table orders_1 partition of orders default;`,
      migration: "alter table orders drop column note;",
      old,
      new: { insert: "insert into orders (id, amount) values ($1, $2)" },
      expect: "planned",
    },
  ],
};
