import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, amount, customer_id) values ($1, $2, $3)",
  read: "select id from orders where customer_id = $1",
};

export const rules: Subject = {
  name: "rules for rows",
  start: `
create table customers (id bigint primary key, region integer, number integer, unique (region, number));
create table orders (id bigint primary key, amount integer, customer_id bigint, region integer, number integer);`,
  cases: [
    {
      what: "a column becomes mandatory",
      kind: "set NOT NULL",
      migration: "alter table orders alter column amount set not null;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a column becomes mandatory and is filled before",
      kind: "set NOT NULL",
      migration: `update orders set amount = 0 where amount is null;
alter table orders alter column amount set not null, alter column amount set default 0;`,
      old: { ...old, "insert without": "insert into orders (id) values ($1)" },
      new: { ...old, "insert default": "insert into orders (id, customer_id) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "a constraint says that a column is mandatory",
      kind: "set NOT NULL",
      migration: "alter table orders add constraint amount_given not null amount;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a column may be null again",
      kind: "set NOT NULL",
      start: "create table orders (id bigint primary key, amount integer not null, customer_id bigint);",
      migration: "alter table orders alter column amount drop not null;",
      old,
      new: { insert: "insert into orders (id) values ($1)" },
      expect: "planned",
    },
    {
      what: "checks of one and of several columns",
      kind: "CHECK",
      migration: `alter table orders add constraint positive check (amount > 0);
alter table orders add check (customer_id is not null or region is not null), add check (id <> 0) no inherit;`,
      old: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, 1)" },
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, 1)" },
      expect: "planned",
    },
    {
      what: "a check that is added without looking and then validated",
      kind: "CHECK",
      migration: `alter table orders add constraint positive check (amount > 0) not valid;
alter table orders validate constraint positive;`,
      old: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, $2)" },
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, $2)" },
      expect: "planned",
    },
    {
      what: "a check that stays unvalidated",
      kind: "CHECK",
      migration: "alter table orders add constraint positive check (amount > 0) not valid;",
      old: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, $2)" },
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, $2)" },
      expect: "planned",
    },
    {
      what: "a check is made wider",
      kind: "CHECK",
      start:
        "create table orders (id bigint primary key, state text not null, constraint known check (state in ('open', 'paid')));",
      migration: `alter table orders drop constraint known;
alter table orders add constraint known check (state in ('open', 'paid', 'refunded'));`,
      old: { insert: "insert into orders (id, state) values ($1, 'paid')" },
      new: { insert: "insert into orders (id, state) values ($1, 'refunded')" },
      expect: "planned",
    },
    {
      what: "a check is replaced by another, and what neither means never gets in",
      kind: "CHECK",
      start:
        "create table orders (id bigint primary key, state text not null, constraint known check (state in ('open', 'paid')));",
      migration: `alter table orders drop constraint known;
update orders set state = 'settled' where state = 'paid';
alter table orders add constraint known check (state in ('open', 'settled'));`,
      old: { insert: "insert into orders (id, state) values ($1, 'paid')" },
      new: { insert: "insert into orders (id, state) values ($1, 'settled')" },
      expect: "planned",
    },
    {
      what: "a foreign key",
      kind: "foreign key",
      migration:
        "alter table orders add constraint of_customer foreign key (customer_id) references customers (id) on delete cascade;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a foreign key of two columns, checked at the end of the transaction",
      kind: "foreign key",
      migration: `alter table orders add foreign key (region, number) references customers (region, number)
  match full on update cascade on delete set null deferrable initially deferred;`,
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a foreign key that is added without looking and then validated",
      kind: "foreign key",
      migration: `alter table orders add constraint of_customer foreign key (customer_id) references customers (id) not valid;
alter table orders validate constraint of_customer;`,
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a foreign key lets go when it is told to",
      kind: "foreign key",
      start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, amount integer, customer_id bigint, constraint of_customer foreign key (customer_id) references customers (id));`,
      migration: `alter table orders drop constraint of_customer;
alter table orders add constraint of_customer foreign key (customer_id) references customers (id) on delete cascade;`,
      old,
      new: { drop: "delete from customers where id = $1" },
      expect: "planned",
    },
    {
      what: "a foreign key becomes deferrable",
      kind: "foreign key",
      start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, amount integer, customer_id bigint, constraint of_customer foreign key (customer_id) references customers (id));`,
      migration: "alter table orders alter constraint of_customer deferrable initially deferred;",
      old,
      new: old,
      expect: "planned",
    },
    {
      what: "a constraint goes",
      kind: "foreign key",
      start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, amount integer check (amount > 0), customer_id bigint references customers (id));`,
      migration:
        "alter table orders drop constraint if exists orders_customer_id_fkey, drop constraint orders_amount_check;",
      old: { insert: "insert into orders (id, amount, customer_id) values ($1, 5, $2)" },
      new: { insert: "insert into orders (id, amount, customer_id) values ($1, 0, 4711)" },
      expect: "planned",
    },
    {
      what: "a foreign key of a partitioned table",
      kind: "partitions",
      start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, amount integer, customer_id bigint) partition by range (id);
create table orders_1 partition of orders default;`,
      migration:
        "alter table orders add constraint of_customer foreign key (customer_id) references customers (id);",
      old,
      new: old,
      expect: "planned",
    },
  ],
};
