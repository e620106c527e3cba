import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { compareCatalogs, describeCatalog } from "./describe.ts";
import { readTables } from "./read-tables.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

async function on<T>(sql: string, read: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(shadow.connection(await shadow.createDatabase()));
  await client.connect();
  try {
    await client.query(sql);
    return await read(client);
  } finally {
    await client.end();
  }
}

const base = `create schema "My Shop";
  create type "My Shop".kind as enum ('a', 'b');
  create table "My Shop"."Order" (id bigint generated always as identity primary key, kind "My Shop".kind default 'a',
    token uuid not null default gen_random_uuid(), amount integer not null check (amount > 0), note varchar(50) collate "C",
    double integer generated always as (amount * 2) stored, seq serial);
  create table lines (order_id bigint references "My Shop"."Order" on delete cascade, n integer, primary key (n, order_id));
  create index partial on "My Shop"."Order" (lower(note)) include (amount) where kind = 'a';
  create view open_orders as select id, amount from "My Shop"."Order";`;

test("equal schemas have equal descriptions whatever their column order", async () => {
  const left = await on("create table t (a integer not null default 1, b text)", describeCatalog);
  const right = await on(
    "create table t (b text, x date, a integer not null default 1); alter table t drop x",
    describeCatalog,
  );
  expect(compareCatalogs(left, right)).toEqual([]);
});

test.each([
  [
    "a default",
    `alter table "My Shop"."Order" alter amount set default 3`,
    `column "My Shop"."Order".amount`,
  ],
  [
    "a nullability",
    `alter table "My Shop"."Order" alter token drop not null`,
    `column "My Shop"."Order".token`,
  ],
  ["a type", `alter table lines add x integer`, `column public.lines.x`],
  ["a comment", `comment on column lines.n is 'x'`, `column public.lines.n`],
  ["a statistics target", `alter table lines alter n set statistics 7`, `column public.lines.n`],
  ["a privilege", `grant select (n) on lines to public`, `column public.lines.n`],
  ["a constraint's name", `alter table lines rename constraint lines_pkey to p`, `constraint public.lines p`],
  [
    "an unvalidated constraint",
    `alter table lines add constraint c check (n > 0) not valid`,
    `constraint public.lines c`,
  ],
  ["an index", `drop index "My Shop".partial`, `index "My Shop".partial`],
  ["an enum value", `alter type "My Shop".kind add value 'c'`, `type "My Shop".kind`],
  [
    "a view",
    `create or replace view open_orders as select id, amount from "My Shop"."Order" where amount > 1`,
    `view public.open_orders`,
  ],
  [
    "a trigger",
    `create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger g before insert on lines for each row execute function f()`,
    `trigger public.lines g`,
  ],
  [
    "a disabled trigger",
    `create function f() returns trigger language plpgsql as 'begin return new; end'; create trigger g before insert on lines for each row execute function f(); alter table lines disable trigger g`,
    `trigger public.lines g`,
  ],
  ["a policy", `create policy p on lines using (n > 1)`, `policy public.lines p`],
  [
    "a sequence's owner",
    `alter sequence "My Shop"."Order_seq_seq" owned by none`,
    `sequence "My Shop"."Order_seq_seq" settings`,
  ],
  ["row level security", `alter table lines enable row level security`, `table public.lines`],
])("tells %s", async (_, change, object) => {
  const before = await on(base, describeCatalog);
  const after = await on(`${base}${change}`, describeCatalog);
  expect(compareCatalogs(before, after).map((difference) => difference.object)).toContain(object);
});

test("reads tables with all that a plan must take over", async () => {
  const tables = await on(base, readTables);
  expect(tables).toMatchSnapshot();
});

test("tells volatile defaults from stable and constant ones", async () => {
  const [table] = await on(
    "create table t (a timestamptz default now(), b uuid default gen_random_uuid(), c integer default 1 + 1, d serial, e float default random() * 2)",
    readTables,
  );
  expect(table?.columns.filter((column) => column.defaultIsVolatile).map(({ name }) => name)).toEqual([
    "b",
    "d",
    "e",
  ]);
});
