import type { Subject } from "./case.ts";

const old = {
  insert:
    "insert into orders (id, amount) values ($1, $2) on conflict (id) do update set amount = excluded.amount returning *",
  change: "update orders set amount = amount + 1 where id = $1",
  lock: "select amount from orders where id = $1 for update",
};
const coming = {
  insert:
    "insert into purchases (id, amount) values ($1, $2) on conflict (id) do update set amount = excluded.amount returning *",
  change: "update purchases set amount = amount + 1 where id = $1",
  lock: "select amount from purchases where id = $1 for update",
  forget:
    "delete from purchases using customers where purchases.customer = customers.id and customers.id = $1",
};

export const renamedTables: Subject = {
  name: "another name for a table",
  start: `
create table customers (id bigint primary key);
create table orders (id bigint primary key, number bigint generated always as identity, amount integer not null default 1, customer bigint references customers (id), at timestamptz default now());
create index by_customer on orders (customer);
create view big as select id from orders where amount > 100;
grant select, insert on orders to public;
comment on table orders is 'what was bought';`,
  cases: [
    {
      what: "another name, and what goes with it",
      kind: "rename a table",
      migration: `alter table orders rename to purchases;
alter index by_customer rename to purchases_by_customer;
alter table purchases rename constraint orders_pkey to purchases_pkey;
comment on table purchases is 'what was sold';
grant delete on purchases to public;`,
      old,
      new: coming,
      expect: "planned",
    },
    {
      what: "another name twice, with a new column and without another",
      kind: "rename a table",
      migration: `alter table orders rename to sales;
alter table sales add column note text, drop column at;
alter table sales rename to purchases;
alter table purchases alter column amount drop default;`,
      old: { ...old, insert: "insert into orders (id, amount, at) values ($1, $2, now())" },
      new: { ...coming, insert: "insert into purchases (id, amount, note) values ($1, $2, $3)" },
      expect: "planned",
    },
    {
      what: "another schema",
      kind: "rename a table",
      migration:
        "create schema sales;\nalter table orders set schema sales;\nalter table sales.orders rename to purchases;",
      old,
      new: {
        insert: "insert into sales.purchases (id, amount) values ($1, $2) on conflict (id) do nothing",
        read: "select * from sales.purchases where id = $1",
      },
      expect: "planned",
    },
    {
      what: "another name that the new version copies into and empties",
      kind: "rename a table",
      migration: "alter table orders rename to purchases;",
      old,
      new: { empty: "truncate purchases", copy: "copy purchases (id, amount) from stdin" },
      expect: "planned",
    },
    {
      what: "another name where both versions do what no view can",
      kind: "rename a table",
      migration: "alter table orders rename to purchases;",
      old: { ...old, empty: "truncate orders" },
      new: { ...coming, empty: "truncate purchases" },
      expect: "plan-refused",
    },
    {
      what: "another name for the table and for a column of it",
      kind: "rename a table",
      migration:
        "alter table orders rename to purchases;\nalter table purchases rename column amount to pieces;",
      old,
      new: { insert: "insert into purchases (id, pieces) values ($1, $2)" },
      expect: "cannot-plan",
    },
  ],
};
