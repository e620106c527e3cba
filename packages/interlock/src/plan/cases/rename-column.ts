import type { Subject } from "./case.ts";

export const renameColumn: Subject = {
  name: "another name for a column",
  start: `
create table customers (id bigint primary key, mail text not null);
create table orders (id bigint primary key, code text not null default 'none', amount integer not null);`,
  cases: [
    {
      what: "a column",
      kind: "rename a column",
      migration: "alter table orders rename column code to reference;",
      old: {
        insert: "insert into orders (id, code, amount) values ($1, $2, $3)",
        read: "select code from orders where id = $1",
      },
      new: {
        insert: "insert into orders (id, reference, amount) values ($1, $2, $3)",
        "insert without": "insert into orders (id, amount) values ($1, $2)",
        read: "select reference from orders where id = $1",
      },
      expect: "planned",
    },
    {
      what: "two columns that swap names",
      kind: "rename a column",
      start: "create table orders (id bigint primary key, net integer not null, gross integer not null);",
      migration: `alter table orders rename column net to interim;
alter table orders rename column gross to net;
alter table orders rename column interim to gross;`,
      old: { insert: "insert into orders (id, net, gross) values ($1, $2, $3)" },
      new: { insert: "insert into orders (id, gross, net) values ($1, $2, $3)" },
      expect: "cannot-plan",
    },
    {
      what: "a column in checks, partial and expression indexes",
      kind: "rename a column",
      start: `
create table orders (id bigint primary key, code text not null, amount integer not null,
  constraint code_given check (code <> ''), check (length(code) < 40 or amount = 0));
create index orders_code on orders (lower(code));
create index orders_open on orders (amount) where code like 'open%';
create unique index orders_once on orders (code, amount) where amount > 0;`,
      migration: "alter table orders rename column code to reference;",
      old: {
        insert: "insert into orders (id, code, amount) values ($1, 'a', $2)",
        upsert:
          "insert into orders (id, code, amount) values ($1, 'b', 3) on conflict (code, amount) where amount > 0 do nothing",
      },
      new: {
        insert: "insert into orders (id, reference, amount) values ($1, 'c', $2)",
        upsert:
          "insert into orders (id, reference, amount) values ($1, 'd', 3) on conflict (reference, amount) where amount > 0 do nothing",
      },
      expect: "planned",
    },
    {
      what: "a column that a generated column reads",
      kind: "rename a column",
      start:
        "create table orders (id bigint primary key, net integer not null, gross integer generated always as (net * 120 / 100) stored);",
      migration: "alter table orders rename column net to net_cents;",
      old: { insert: "insert into orders (id, net) values ($1, $2)", read: "select net, gross from orders" },
      new: {
        insert: "insert into orders (id, net_cents) values ($1, $2)",
        read: "select net_cents, gross from orders",
      },
      expect: "planned",
    },
    {
      what: "a column that a trigger waits for",
      kind: "rename a column",
      start: `
create table orders (id bigint primary key, code text, changed integer not null default 0);
create function count_change() returns trigger language plpgsql as $$ begin new.changed := new.changed + 1; return new; end $$;
create trigger counted before update of code on orders for each row when (old.code is distinct from new.code) execute function count_change();`,
      migration: "alter table orders rename column code to reference;",
      old: { change: "update orders set code = $2 where id = $1" },
      new: { change: "update orders set reference = $2 where id = $1" },
      expect: "plan-refused",
    },
    {
      what: "a column that other tables point to",
      kind: "rename a column",
      start: `
create table customers (id bigint primary key, number bigint not null unique);
create table orders (id bigint primary key, customer_number bigint references customers (number) on update cascade);`,
      migration: "alter table customers rename column number to customer_number;",
      old: { insert: "insert into customers (id, number) values ($1, $2)" },
      new: { insert: "insert into customers (id, customer_number) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column with comment, rights, settings and a default",
      kind: "rename a column",
      start: `
create table orders (id bigint primary key, code varchar(20) collate "C" default 'none');
comment on column orders.code is 'what the customer says';
grant select (code) on orders to public;
alter table orders alter column code set statistics 500;
alter table orders alter column code set storage external;
alter table orders alter column code set (n_distinct = 100);`,
      migration: "alter table orders rename column code to reference;",
      old: { insert: "insert into orders (id, code) values ($1, $2)" },
      new: { insert: "insert into orders (id, reference) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "an identity column",
      kind: "rename a column",
      start:
        "create table orders (id bigint generated by default as identity primary key, amount integer not null);",
      migration: "alter table orders rename column id to number;",
      old: {
        insert: "insert into orders (amount) values ($1) returning id",
        change: "update orders set amount = $2 where id = $1",
      },
      new: {
        insert: "insert into orders (amount) values ($1) returning number",
        change: "update orders set amount = $2 where number = $1",
      },
      expect: "planned",
    },
    {
      what: "a column that is computed",
      kind: "rename a column",
      start:
        "create table orders (id bigint primary key, net integer not null, gross integer generated always as (net * 120 / 100) stored);",
      migration: "alter table orders rename column gross to total;",
      old: { read: "select gross from orders", insert: "insert into orders (id, net) values ($1, $2)" },
      new: { read: "select total from orders" },
      expect: "cannot-plan",
    },
    {
      what: "a column that a view reads, under another name",
      kind: "view",
      start: `
create table orders (id bigint primary key, code text not null);
create view codes as select id, code from orders;`,
      migration: "alter table orders rename column code to reference;",
      old: { read: "select code from codes", insert: "insert into orders (id, code) values ($1, $2)" },
      new: { read: "select code from codes", insert: "insert into orders (id, reference) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a column of a partitioned table, under another name",
      kind: "partitions",
      start: `
create table orders (id bigint primary key, code text) partition by hash (id);
create table orders_0 partition of orders for values with (modulus 2, remainder 0);
create table orders_1 partition of orders for values with (modulus 2, remainder 1);
create index on orders (code);`,
      migration: "alter table orders rename column code to reference;",
      old: { insert: "insert into orders (id, code) values ($1, $2)" },
      new: { insert: "insert into orders (id, reference) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "quoted, mixed and 63 bytes long",
      kind: "rename a column",
      start: `
create schema "My Shop";
create table "My Shop"."Order ""Book""" ("The Key" bigint primary key, "Währung des Betrags, so wie sie der Händler hat und kenn" text);`,
      migration: `alter table "My Shop"."Order ""Book""" rename column "Währung des Betrags, so wie sie der Händler hat und kenn" to "Währung des Betrags, so wie sie der Händler hat und kennt";`,
      old: {
        insert: `insert into "My Shop"."Order ""Book""" ("The Key", "Währung des Betrags, so wie sie der Händler hat und kenn") values ($1, $2)`,
      },
      new: {
        insert: `insert into "My Shop"."Order ""Book""" ("The Key", "Währung des Betrags, so wie sie der Händler hat und kennt") values ($1, $2)`,
      },
      expect: "planned",
    },
    {
      what: "constraints and indexes get other names",
      kind: "index",
      start: `
create table orders (id bigint primary key, code text unique, amount integer check (amount > 0));
create index orders_amount on orders (amount);`,
      migration: `alter table orders rename constraint orders_code_key to one_code;
alter table orders rename constraint orders_amount_check to amount_is_positive;
alter index orders_amount rename to by_amount;`,
      old: {
        upsert:
          "insert into orders (id, code, amount) values ($1, $2, 3) on conflict on constraint orders_code_key do nothing",
      },
      new: {
        upsert:
          "insert into orders (id, code, amount) values ($1, $2, 3) on conflict on constraint one_code do nothing",
      },
      expect: "plan-refused",
    },
    {
      what: "constraints and indexes get other names that nobody says",
      kind: "index",
      start: `
create table orders (id bigint primary key, code text unique, amount integer check (amount > 0));
create index orders_amount on orders (amount);`,
      migration: `alter table orders rename constraint orders_code_key to one_code;
alter table orders rename constraint orders_amount_check to amount_is_positive;
alter index orders_amount rename to by_amount;`,
      old: {
        upsert: "insert into orders (id, code, amount) values ($1, $2, 3) on conflict (code) do nothing",
      },
      new: {
        upsert: "insert into orders (id, code, amount) values ($1, $2, 3) on conflict (code) do nothing",
      },
      expect: "planned",
    },
  ],
};
