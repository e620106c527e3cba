import type { Subject } from "./case.ts";

export const unique: Subject = {
  name: "uniqueness",
  start: `
create table customers (id bigint generated always as identity primary key, email text not null, name text);
create table orders (
  id bigint generated always as identity primary key,
  customer_id bigint not null references customers (id),
  reference text,
  state text not null default 'open',
  kind text
);
create table bookings (id bigint generated always as identity primary key, room integer not null, during tstzrange not null);`,
  cases: [
    {
      what: "what two inserts leave to the default must differ",
      change: "update orders set state = id::text;\ncreate unique index on orders (state);",
      old: { insert: "insert into orders (customer_id) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 2 }],
      twin: { what: "the index is not unique", change: "create index on orders (state);" },
    },
    {
      what: "every order must have a customer of its own",
      change:
        "delete from orders a using orders b where a.customer_id = b.customer_id and a.id > b.id;\nalter table orders add unique (customer_id);",
      old: { insert: "insert into orders (customer_id, state) values ($1, $2)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", severity: "warning", line: 2 }],
      verdict: "safe",
      order: "schema-first",
      twin: {
        what: "it is unique together with the key",
        change: "alter table orders add unique (customer_id, id);",
      },
    },
    {
      what: "values that may come twice must not: nobody knows whether they do",
      change: "create unique index on customers (email);",
      old: { insert: "insert into customers (email) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", severity: "warning", line: 1 }],
      verdict: "safe",
      order: "schema-first",
      twin: {
        what: "values that were seen differ",
        change: "create unique index on customers (name);",
        old: {
          insert: {
            sql: "insert into customers (email, name) values ($1, $2)",
            samples: [
              ["a", "Ada"],
              ["b", "Bob"],
            ],
          },
        },
      },
    },
    {
      what: "values that were seen came twice",
      change: "create unique index on customers (email);",
      old: {
        insert: {
          sql: "insert into customers (email) values ($1)",
          samples: [["a@example.com"], ["b@example.com"], ["a@example.com"]],
        },
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 1 }],
      twin: {
        what: "an index that is as good as one that was there",
        change: "create unique index on customers (id);",
      },
    },
    {
      what: "a partial index holds for the rows of its condition",
      change:
        "delete from orders where kind = 'gift';\ncreate unique index on orders (kind) where kind = 'gift';",
      old: { insert: "insert into orders (customer_id, kind) values ($1, 'gift')" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 2 }],
      twin: {
        what: "what is written is outside its condition",
        change: "create unique index on orders (kind) where kind = 'rare';",
      },
    },
    {
      what: "two empty values count as the same",
      change:
        "update orders set reference = id::text;\ncreate unique index on orders (reference) nulls not distinct;",
      old: { insert: "insert into orders (customer_id) values ($1)" },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 2 }],
      twin: { what: "they don't", change: "create unique index on orders (reference);" },
    },
    {
      what: "an index over an expression finds two values the same",
      change: "create unique index on customers (lower(email));",
      old: {
        insert: {
          sql: "insert into customers (email) values ($1)",
          samples: [["Ada@example.com"], ["ada@example.com"]],
        },
      },
      finds: [{ code: "write-breaks", statement: "insert", sqlstate: "23505", line: 1 }],
      twin: {
        what: "the expression tells them apart",
        change: "create unique index on customers (md5(email));",
      },
      start:
        "create table customers (id bigint generated always as identity primary key, email text not null);",
    },
    {
      what: "an update gives many rows one value",
      change: "create unique index on customers (name);",
      old: { rename: "update customers set name = $1" },
      finds: [{ code: "write-breaks", statement: "rename", sqlstate: "23505", line: 1 }],
      twin: {
        what: "each keeps its own",
        old: { "quiet rename": "update customers set name = name || $1::text" },
      },
      start:
        "create table customers (id bigint generated always as identity primary key, email text not null, name text);",
    },
    {
      what: "ranges must not overlap any more",
      change: "alter table bookings add exclude using gist (during with &&);",
      old: { book: "insert into bookings (room, during) values ($1, tstzrange(now(), null))" },
      finds: [{ code: "write-breaks", statement: "book", sqlstate: "23P01", line: 1 }],
      twin: {
        what: "ranges that can't overlap",
        change: "alter table bookings add exclude using gist (during with &&) where (room < -1);",
      },
    },
    {
      what: "one row of each kind is left, and a scalar subquery of another table finds more",
      change:
        "alter table rates drop constraint rates_code_key;\ninsert into rates (code, value) select code, value + 1 from rates;",
      start: `create table rates (id bigint generated always as identity primary key, code text not null unique, value integer not null);
create table orders (id bigint generated always as identity primary key, amount integer not null);`,
      old: { price: "update orders set amount = (select value from rates where code = $2) where id = $1" },
      finds: [{ code: "write-breaks", statement: "price", sqlstate: "21000", line: 2 }],
      twin: {
        what: "rows of other kinds are added",
        change: "insert into rates (code, value) select code || ' (new)', value + 1 from rates;",
      },
    },
  ],
};
