import type { Subject } from "./case.ts";

export const tables: Subject = {
  name: "whole tables",
  start: "create table orders (id bigint primary key, amount integer not null, street text, town text);",
  cases: [
    {
      what: "a table gets another name",
      kind: "rename a table",
      migration: "alter table orders rename to purchases;",
      old: { insert: "insert into orders (id, amount) values ($1, $2)" },
      new: { insert: "insert into purchases (id, amount) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "columns move into a table of their own",
      kind: "split a table",
      migration: `create table addresses (order_id bigint primary key references orders (id), street text, town text);
insert into addresses (order_id, street, town) select id, street, town from orders;
alter table orders drop column street, drop column town;`,
      old: { insert: "insert into orders (id, amount, street, town) values ($1, $2, $3, $4)" },
      new: { read: "select street from addresses where order_id = $1" },
      expect: "planned",
    },
    {
      what: "two tables become one",
      kind: "merge tables",
      start: `
create table orders (id bigint primary key, amount integer not null);
create table addresses (order_id bigint primary key references orders (id), street text);`,
      migration: `alter table orders add column street text;
update orders set street = addresses.street from addresses where addresses.order_id = orders.id;
drop table addresses;`,
      old: { insert: "insert into addresses (order_id, street) values ($1, $2)" },
      new: { read: "select street from orders where id = $1" },
      expect: "planned",
    },
    {
      what: "one address becomes several",
      kind: "one → many",
      migration: `create table addresses (id bigint generated always as identity primary key, order_id bigint not null references orders (id), street text);
insert into addresses (order_id, street) select id, street from orders where street is not null;
alter table orders drop column street;`,
      old: { insert: "insert into orders (id, amount, street) values ($1, $2, $3)" },
      new: { insert: "insert into addresses (order_id, street) values ($1, $2)" },
      expect: "planned",
    },
    {
      what: "columns move into a table of their own, and lose something on the way",
      kind: "split a table",
      migration: `create table addresses (order_id bigint primary key references orders (id), street text, town text);
insert into addresses (order_id, street, town) select o.id, o.street, lower(o.town) from orders as o where o.street is not null;
-- interlock: down orders.town = (initcap(addresses.town))
alter table orders drop column street, drop column town;`,
      old: { insert: "insert into orders (id, amount, street, town) values ($1, $2, $3, $4)" },
      new: {
        read: "select town from addresses where order_id = $1",
        change: "update addresses set town = lower($2) where order_id = $1",
      },
      expect: "planned",
    },
    {
      what: "columns move into a table of their own, and nothing says how they come back",
      kind: "split a table",
      migration: `create table addresses (order_id bigint primary key references orders (id), town text);
insert into addresses (order_id, town) select id, lower(town) from orders;
alter table orders drop column town;`,
      old: { insert: "insert into orders (id, amount, town) values ($1, $2, $3)" },
      new: { read: "select town from addresses where order_id = $1" },
      expect: "mapping-missing",
    },
    {
      what: "a column that must not be empty moves into a table of its own",
      kind: "split a table",
      start: "create table orders (id bigint primary key, town text not null default 'none');",
      migration: `create table addresses (order_id bigint primary key references orders (id) on delete cascade, town text);
insert into addresses (order_id, town) select id, town from orders;
alter table orders drop column town;`,
      old: {
        insert: "insert into orders (id, town) values ($1, $2)",
        forget: "delete from orders where id = $1",
      },
      new: {
        insert: "insert into orders (id) values ($1)",
        address: "insert into addresses (order_id, town) values ($1, $2) on conflict (order_id) do nothing",
      },
      expect: "planned",
    },
    {
      what: "one of several rows becomes a column",
      kind: "merge tables",
      start: `
create table orders (id bigint primary key, amount integer not null);
create table addresses (id bigint generated always as identity primary key, order_id bigint not null references orders (id), kind text not null, street text);`,
      migration: `alter table orders add column street text;
update orders as o set street = a.street from addresses as a where a.order_id = o.id and a.kind = 'home';
drop table addresses;`,
      old: { insert: "insert into addresses (order_id, kind, street) values ($1, 'home', $2)" },
      new: { change: "update orders set street = $2 where id = $1" },
      expect: "planned",
    },
  ],
};
