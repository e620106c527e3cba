import type { Subject } from "./case.ts";

export const reshapeColumns: Subject = {
  name: "the same in other columns",
  start: "create table people (id bigint primary key, name text not null, phone text);",
  cases: [
    {
      what: "one name becomes two",
      kind: "split a column",
      migration: `alter table people add column first text, add column last text;
update people set first = split_part(name, ' ', 1), last = split_part(name, ' ', 2);
-- interlock: down people.name = (coalesce(first, '') || ' ' || coalesce(last, ''))
alter table people drop column name;`,
      old: { insert: "insert into people (id, name) values ($1, $2)", read: "select name from people" },
      new: {
        insert: "insert into people (id, first, last) values ($1, $2, $3)",
        change: "update people set last = $2 where id = $1",
      },
      expect: "planned",
    },
    {
      what: "one name becomes two, and nothing says the way back",
      kind: "split a column",
      migration: `alter table people add column first text, add column last text;
update people set first = split_part(name, ' ', 1), last = split_part(name, ' ', 2);
alter table people drop column name;`,
      old: { insert: "insert into people (id, name) values ($1, $2)" },
      new: { insert: "insert into people (id, first, last) values ($1, $2, $3)" },
      expect: "mapping-missing",
    },
    {
      what: "two names become one",
      kind: "merge columns",
      start:
        "create table people (id bigint primary key, first text not null default '', last text not null default '');",
      migration: `alter table people add column name text;
update people set name = first || ' ' || last;
alter table people alter column name set not null;
-- interlock: down people.first = (split_part(name, ' ', 1))
-- interlock: down people.last = (split_part(name, ' ', 2))
alter table people drop column first, drop column last;`,
      old: {
        insert: "insert into people (id, first, last) values ($1, $2, $3)",
        change: "update people set first = $2 where id = $1",
      },
      new: {
        insert: "insert into people (id, name) values ($1, $2)",
        change: "update people set name = $2 where id = $1",
      },
      expect: "planned",
    },
    {
      what: "a flag becomes a state",
      kind: "boolean → status",
      start: "create table orders (id bigint primary key, is_paid boolean not null default false);",
      migration: `alter table orders add column status text;
update orders set status = case when is_paid then 'paid' else 'created' end;
alter table orders alter column status set not null;
-- interlock: down orders.is_paid = (status = 'paid')
alter table orders drop column is_paid;`,
      old: {
        insert: "insert into orders (id, is_paid) values ($1, $2)",
        "insert plain": "insert into orders (id) values ($1)",
        pay: "update orders set is_paid = true where id = $1",
      },
      new: {
        insert: "insert into orders (id, status) values ($1, $2)",
        pay: "update orders set status = 'paid' where id = $1",
      },
      expect: "planned",
    },
    {
      what: "two flags become a state with a check, a default and an index",
      kind: "boolean → status",
      start:
        "create table orders (id bigint primary key, is_paid boolean not null default false, is_refunded boolean not null default false);",
      migration: `alter table orders add column status text not null default 'created';
update orders set status = case when is_refunded then 'refunded' when is_paid then 'paid' else 'created' end;
alter table orders add constraint known_status check (status in ('created', 'paid', 'refunded'));
create index orders_status on orders (status);
-- interlock: down orders.is_paid = (status in ('paid', 'refunded'))
-- interlock: down orders.is_refunded = (status = 'refunded')
alter table orders drop column is_paid, drop column is_refunded;`,
      old: {
        insert: "insert into orders (id, is_paid) values ($1, $2)",
        refund: "update orders set is_refunded = true where id = $1 and is_paid",
      },
      new: {
        insert: "insert into orders (id) values ($1)",
        pay: "update orders set status = 'paid' where id = $1",
        read: "select count(*) from orders where status = 'paid'",
      },
      expect: "planned",
    },
    {
      what: "text becomes an enum in a new column",
      kind: "text → enum",
      start:
        "create table orders (id bigint primary key, state text not null check (state in ('open', 'paid')));",
      migration: `create type order_state as enum ('open', 'paid');
alter table orders add column status order_state;
update orders set status = state::order_state;
alter table orders alter column status set not null;
-- interlock: down orders.state = (status::text)
alter table orders drop column state;`,
      old: { insert: "insert into orders (id, state) values ($1, 'open')", read: "select state from orders" },
      new: {
        insert: "insert into orders (id, status) values ($1, 'paid')",
        read: "select status from orders",
      },
      expect: "planned",
    },
    {
      what: "a plain number becomes an encrypted one",
      kind: "plain → encrypted",
      start: `
create schema vault;
create function vault.seal(plain text) returns bytea immutable strict parallel safe language sql as $$ select convert_to(reverse(plain), 'utf8') $$;
create function vault.unseal(sealed bytea) returns text immutable strict parallel safe language sql as $$ select reverse(convert_from(sealed, 'utf8')) $$;
create table cards (id bigint primary key, number text not null);`,
      migration: `alter table cards add column sealed bytea;
update cards set sealed = vault.seal(number);
alter table cards alter column sealed set not null;
-- interlock: down cards.number = (vault.unseal(sealed))
alter table cards drop column number;`,
      old: {
        insert: "insert into cards (id, number) values ($1, $2)",
        read: "select number from cards where id = $1",
      },
      new: {
        insert: "insert into cards (id, sealed) values ($1, vault.seal($2))",
        read: "select vault.unseal(sealed) from cards where id = $1",
      },
      expect: "planned",
    },
    {
      what: "columns move into one jsonb",
      kind: "merge columns",
      start: "create table people (id bigint primary key, street text, town text);",
      migration: `alter table people add column address jsonb;
update people set address = jsonb_build_object('street', street, 'town', town);
-- interlock: down people.street = (address ->> 'street')
-- interlock: down people.town = (address ->> 'town')
alter table people drop column street, drop column town;`,
      old: {
        insert: "insert into people (id, street, town) values ($1, $2, $3)",
        read: "select town from people",
      },
      new: {
        insert: `insert into people (id, address) values ($1, jsonb_build_object('street', $2::text, 'town', $3::text))`,
        read: "select address from people",
      },
      expect: "planned",
    },
  ],
};
