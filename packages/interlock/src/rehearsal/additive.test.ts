import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { isAdditive } from "./additive.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

const none = "";
const trigger =
  "create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger t before insert on orders for each row execute function f()";

test.each([
  ["a column that may be empty", none, "alter table orders add column a text", true],
  [
    "a column with a constant default",
    none,
    "alter table orders add column a text not null default 'x'",
    true,
  ],
  ["a cast constant", none, "alter table orders add a numeric default '1'::numeric", true],
  ["two columns", none, "alter table public.orders add a text, add b integer", true],
  ["a comment", none, "comment on table orders is 'x'", true],
  ["a mandatory column", none, "alter table orders add column a text not null", false],
  [
    "a mandatory column with an empty default",
    none,
    "alter table orders add a text not null default null",
    false,
  ],
  ["a computed default", none, "alter table orders add a integer default 1 / 1", false],
  ["a check", none, "alter table orders add a text check (a <> '')", false],
  ["a reference", none, "alter table orders add a integer references orders", false],
  ["something beside the column", none, "alter table orders add a text, alter note set not null", false],
  ["a domain", "create domain d as text", "alter table orders add a d", false],
  ["a table with a trigger", trigger, "alter table orders add a text", false],
  [
    "a table that a function reads",
    "create function g() returns void language sql as 'select 1 from orders'",
    "alter table orders add a text",
    false,
  ],
  [
    "a schema with dynamic SQL",
    "create function g(t text) returns void language plpgsql as 'begin execute t; end'",
    "alter table orders add a text",
    false,
  ],
  [
    "row-level security",
    "alter table orders enable row level security",
    "alter table orders add a text",
    false,
  ],
  ["a table with heirs", "create table heir () inherits (orders)", "alter table orders add a text", false],
  ["an index", none, "create unique index on orders (note)", false],
])("%s: %#", async (_, before, sql, additive) => {
  const client = new Client(shadow.connection(await shadow.createDatabase()));
  await client.connect();
  try {
    await client.query(`create table orders (id integer primary key, note text); ${before}`);
    await client.query("begin");
    await client.query(sql);
    expect(await isAdditive(client, sql)).toBe(additive);
  } finally {
    await client.end();
  }
});
