import type { Subject } from "./case.ts";

const old = {
  insert: "insert into orders (id, paid, state) values ($1, true, 'open') returning state",
  pay: "update orders set state = 'paid', paid = true where id = $1",
  read: "select id, state, paid from orders where state = 'open'",
  remove: "delete from orders where id = $1 and state = 'paid'",
};

/** Columns that mean something else under the same name: the new version sees them in views of its own. */
export const anotherMeaning: Subject = {
  name: "another meaning under the same name",
  start: `
create type state as enum ('open', 'paid');
create table orders (id bigint primary key, amount integer not null default 1, paid boolean not null default false, state state not null default 'open', details text, code text unique, check (state <> 'paid' or paid));
create index orders_open on orders (id) where state = 'open';`,
  cases: [
    {
      what: "labels of an enum get other names, in a default, a check and a partial index",
      kind: "rename an enum value",
      migration: `alter type state rename value 'open' to 'waiting';
alter type state rename value 'paid' to 'settled';`,
      old,
      new: {
        insert: "insert into orders (id) values ($1) returning state, paid",
        upsert:
          "insert into orders (id, paid, state) values ($1, true, 'settled') on conflict (id) do update set state = excluded.state, paid = true",
        pay: "update orders set state = 'settled'::state, paid = true where id = $1 returning id, state",
        read: "select id, state, paid from orders where state = 'waiting' for update",
        count: "select state, count(*) from orders group by state",
      },
      expect: "planned",
    },
    {
      what: "labels of an enum swap, and two tables and a view have it",
      kind: "rename an enum value",
      start: `
create type level as enum ('low', 'high');
create table orders (id bigint primary key, level level not null);
create table customers (id bigint primary key, level level default 'low', worst level);
create view dear as select id, level from orders where level = 'high';`,
      migration: `alter type level rename value 'low' to 'between';
alter type level rename value 'high' to 'low';
alter type level rename value 'between' to 'high';`,
      old: {
        insert: "insert into orders (id, level) values ($1, 'low')",
        customer: "insert into customers (id, worst) values ($1, 'high')",
        read: "select id from customers where level = 'low'",
        dear: "select id from dear where level = 'high'",
      },
      new: {
        insert: "insert into orders (id, level) values ($1, 'high')",
        customer: "insert into customers (id, level, worst) values ($1, 'low', $2)",
        read: "select c.id from customers c join orders o on o.level = c.level where c.level = 'high'",
        dear: "select id from dear where level = 'low'::level",
      },
      expect: "planned",
    },
    {
      what: "text becomes jsonb, and the new version looks into it",
      kind: "change a type with every row",
      migration: "alter table orders alter column details type jsonb using details::jsonb;",
      old: {
        insert: `insert into orders (id, details) values ($1, '{"a": 1}')`,
        read: "select id from orders where details like $1",
      },
      new: {
        insert: `insert into orders (id, details) values ($1, '{"b": 2}') returning details -> 'b'`,
        read: "select details ->> 'a' from orders where details @> $1",
      },
      expect: "planned",
    },
    {
      what: "a boolean becomes a word under its name, with the way back",
      kind: "boolean → status",
      start: "create table orders (id bigint primary key, paid boolean not null default false);",
      migration: `-- interlock: down orders.paid = (paid in ('yes', 'refunded'))
alter table orders alter column paid drop default;
alter table orders alter column paid type text using case when paid then 'yes' else 'no' end;
alter table orders alter column paid set default 'no';`,
      old: {
        insert: "insert into orders (id, paid) values ($1, true)",
        read: "select id from orders where paid",
      },
      new: {
        insert: "insert into orders (id, paid) values ($1, 'refunded')",
        read: "select id from orders where paid = 'refunded'",
      },
      expect: "planned",
    },
    {
      what: "labels that a COPY of the new version brings, which a view does not take",
      kind: "rename an enum value",
      migration: "alter type state rename value 'open' to 'waiting';",
      old,
      new: {
        read: "select id from orders where state = 'waiting'",
        copy: "copy orders (id, state) from stdin",
      },
      expect: "plan-refused",
    },
  ],
};
