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
  ],
};
