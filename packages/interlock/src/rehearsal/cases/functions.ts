import type { Subject } from "./case.ts";

export const functions: Subject = {
  name: "functions and procedures",
  start: `
create table orders (id bigint generated always as identity primary key, amount integer not null default 0, note text);
create function total(bigint) returns integer language sql stable as $$ select amount from orders where id = $1 $$;
create function fee(amount integer, rate integer default 2) returns integer language sql immutable as $$ select amount * rate $$;
create function place(amount integer) returns bigint language plpgsql as $$
declare made bigint;
begin
  insert into orders (amount) values (place.amount) returning id into made;
  return made;
end $$;
create procedure tidy() language sql as $$ delete from orders where amount < 0 $$;`,
  cases: [
    {
      what: "a function is dropped",
      change: "drop function total(bigint);",
      old: { total: "select total($1)" },
      finds: [{ code: "statement-breaks", statement: "total", sqlstate: "42883", line: 1 }],
      twin: {
        what: "its body is another",
        change:
          "create or replace function total(bigint) returns integer language sql stable as $$ select amount + 0 from orders where id = $1 $$;",
      },
    },
    {
      what: "a function takes other arguments",
      change:
        "drop function total(bigint);\ncreate function total(bigint, text) returns integer language sql stable as $$ select amount from orders where id = $1 $$;",
      old: { total: "select total($1)" },
      coming: { "total new": "select total($1, 'net')" },
      finds: [
        { code: "statement-breaks", statement: "total", sqlstate: "42883", line: 1 },
        {
          code: "statement-breaks",
          statement: "total new",
          sqlstate: "42883",
          severity: "note",
          when: "before-change",
        },
      ],
      order: "split",
      twin: {
        what: "another one of the same name takes them",
        change: "create function total(text, text) returns integer language sql stable as $$ select 1 $$;",
      },
    },
    {
      what: "an argument loses its default",
      change:
        "drop function fee(integer, integer);\ncreate function fee(amount integer, rate integer) returns integer language sql immutable as $$ select amount * rate $$;",
      old: { fee: "select fee(amount) from orders" },
      finds: [{ code: "statement-breaks", statement: "fee", sqlstate: "42883", line: 1 }],
      twin: {
        what: "its default is another",
        change:
          "create or replace function fee(amount integer, rate integer default 3) returns integer language sql immutable as $$ select amount * rate $$;",
      },
    },
    {
      what: "an argument is called something else",
      change:
        "drop function fee(integer, integer);\ncreate function fee(amount integer, percent integer default 2) returns integer language sql immutable as $$ select amount * percent $$;",
      old: { fee: "select fee(amount, rate => 3) from orders" },
      finds: [{ code: "statement-breaks", statement: "fee", sqlstate: "42883", line: 1 }],
      twin: { what: "it is called by its place", old: { "quiet fee": "select fee(amount, 3) from orders" } },
    },
    {
      what: "a second function fits a call as well as the first",
      change:
        "create function fee(amount integer, bonus text default '') returns integer language sql immutable as $$ select amount $$;",
      old: { fee: "select fee(amount) from orders" },
      finds: [{ code: "statement-breaks", statement: "fee", sqlstate: "42725", line: 1 }],
      twin: { what: "the call says all", old: { "quiet fee": "select fee(amount, 3) from orders" } },
    },
    {
      what: "a function answers with another type",
      change:
        "drop function total(bigint);\ncreate function total(bigint) returns bigint language sql stable as $$ select amount::bigint from orders where id = $1 $$;",
      old: { total: "select total($1)" },
      finds: [
        { code: "result-changes", statement: "total", line: 1 },
        { code: "cached-plan-breaks", statement: "total", severity: "warning", sqlstate: "0A000", line: 1 },
      ],
      order: "schema-first",
      twin: { what: "what it answers is cast", old: { "quiet total": "select total($1)::bigint" } },
    },
    {
      what: "the body of a function names a column that is gone",
      change: "alter table orders rename column amount to cents;",
      old: { place: "select place($1)" },
      finds: [{ code: "write-breaks", statement: "place", sqlstate: "42703", line: 1 }],
      twin: {
        what: "the function is put right with it",
        change:
          "create or replace function place(amount integer) returns bigint language plpgsql as $$ begin insert into orders (amount, note) values (place.amount, 'placed'); return 1; end $$;",
      },
    },
    {
      what: "a function that writes says that it does not",
      change: "alter function place(integer) stable;",
      old: { place: "select place($1)" },
      finds: [{ code: "write-breaks", statement: "place", sqlstate: "0A000", line: 1 }],
      twin: { what: "it may run in parallel", change: "alter function place(integer) cost 1000;" },
    },
    {
      what: "a function refuses what it took",
      change:
        "create or replace function place(amount integer) returns bigint language plpgsql as $$ begin raise exception 'no more orders'; end $$;",
      old: { place: "select place($1)" },
      finds: [{ code: "write-breaks", statement: "place", sqlstate: "P0001", line: 1 }],
      twin: {
        what: "it only tells of it",
        change:
          "create or replace function place(amount integer) returns bigint language plpgsql as $$ begin raise notice 'an order'; return 1; end $$;",
      },
    },
    {
      what: "a procedure is dropped",
      change: "drop procedure tidy();",
      old: { tidy: "call tidy()" },
      finds: [{ code: "statement-breaks", statement: "tidy", sqlstate: "42883", line: 1 }],
      twin: {
        what: "it does more",
        change:
          "create or replace procedure tidy() language sql as $$ delete from orders where amount < -1 $$;",
      },
    },
    {
      what: "a function becomes a procedure",
      change:
        "drop function place(integer);\ncreate procedure place(amount integer) language sql as $$ insert into orders (amount) values (amount) $$;",
      old: { place: "select place($1)" },
      finds: [{ code: "statement-breaks", statement: "place", sqlstate: "42809", line: 1 }],
      twin: {
        what: "another function is added",
        change: "create function placed() returns bigint language sql as $$ select count(*) from orders $$;",
      },
    },
    {
      what: "an operator of the user's is gone",
      start:
        "create function same(text, text) returns boolean language sql immutable as $$ select lower($1) = lower($2) $$;\ncreate operator === (leftarg = text, rightarg = text, function = same);\ncreate table names (id bigint primary key, name text);",
      change: "drop operator === (text, text);",
      old: { find: "select id from names where name === 'Ada'::text" },
      finds: [{ code: "statement-breaks", statement: "find", sqlstate: "42883", line: 1 }],
      twin: {
        what: "its function is another",
        change:
          "create or replace function same(text, text) returns boolean language sql immutable as $$ select upper($1) = upper($2) $$;",
      },
    },
    {
      what: "a cast of the user's is gone",
      start:
        "create type pair as (a integer, b integer);\ncreate function pair_sum(pair) returns integer language sql immutable as $$ select ($1).a + ($1).b $$;\ncreate cast (pair as integer) with function pair_sum(pair);\ncreate table pairs (id bigint primary key, both_ pair);",
      change: "drop cast (pair as integer);",
      old: { sum: "select both_::integer from pairs" },
      finds: [{ code: "statement-breaks", statement: "sum", sqlstate: "42846", line: 1 }],
      twin: { what: "the function is called", old: { "quiet sum": "select pair_sum(both_) from pairs" } },
    },
  ],
};
