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
  create view open_orders as select id, amount from "My Shop"."Order";
  create table texts (text text storage external compression pglz) partition by list (text);
  create table texts_a partition of texts for values in ('a');
  create index by_text on texts (text);
  comment on index by_text is 'as read';
  comment on constraint lines_pkey on lines is 'the key';
  alter table texts alter text set (n_distinct = 5);
  grant select (text), update (text) on texts to public;`;

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
  ["forced row level security", `alter table lines force row level security`, `table public.lines`],
  ["a replica identity", `alter table lines replica identity full`, `table public.lines`],
  ["a fill factor", `alter table lines set (fillfactor = 70)`, `table public.lines`],
  [
    "a setting of what is stored apart",
    `alter table texts_a set (toast.autovacuum_enabled = off)`,
    `table public.texts_a`,
  ],
  ["a table that is not logged", `alter table lines set unlogged`, `table public.lines`],
  ["a right on a table", `grant select on lines to public`, `table public.lines`],
  [
    "a right on a sequence",
    `grant usage on sequence "My Shop"."Order_seq_seq" to public`,
    `sequence "My Shop"."Order_seq_seq"`,
  ],
  ["a right on a schema", `grant usage on schema "My Shop" to public`, `schema "My Shop"`],
  ["a right on a type", `revoke usage on type "My Shop".kind from public`, `type "My Shop".kind`],
  [
    "rights that come by themselves",
    `alter default privileges in schema "My Shop" grant select on tables to public`,
    `default rights r postgres "My Shop"`,
  ],
  [
    "a column's storage",
    `alter table "My Shop"."Order" alter note set storage external`,
    `column "My Shop"."Order".note`,
  ],
  [
    "a column's compression",
    `alter table "My Shop"."Order" alter note set compression pglz`,
    `column "My Shop"."Order".note`,
  ],
  ["a column's options", `alter table lines alter n set (n_distinct = 5)`, `column public.lines.n`],
  [
    "an identity",
    `alter table "My Shop"."Order" alter id set generated by default`,
    `column "My Shop"."Order".id`,
  ],
  [
    "where an identity counts on",
    `alter table "My Shop"."Order" alter id set increment by 5`,
    `sequence "My Shop"."Order_id_seq" settings`,
  ],
  [
    "a deferrable constraint",
    `alter table lines alter constraint lines_order_id_fkey deferrable`,
    `constraint public.lines lines_order_id_fkey`,
  ],
  [
    "a comment on a constraint",
    `comment on constraint lines_pkey on lines is 'x'`,
    `constraint public.lines lines_pkey`,
  ],
  ["a comment on an index", `comment on index "My Shop".partial is 'x'`, `index "My Shop".partial`],
  [
    "statistics of an index's expression",
    `alter index "My Shop".partial alter column 1 set statistics 7`,
    `column "My Shop".partial.lower`,
  ],
  ["an index to cluster by", `alter table lines cluster on lines_pkey`, `index public.lines_pkey`],
  [
    "an index to identify rows by",
    `alter table lines replica identity using index lines_pkey`,
    `index public.lines_pkey`,
  ],
  ["an index's setting", `alter index lines_pkey set (fillfactor = 50)`, `index public.lines_pkey`],
  ["a comment on a view's column", `comment on column open_orders.id is 'x'`, `column public.open_orders.id`],
  [
    "a default of a view's column",
    `alter view open_orders alter column id set default 3`,
    `column public.open_orders.id`,
  ],
  ["a view's setting", `alter view open_orders set (security_invoker = true)`, `view public.open_orders`],
  ["statistics", `create statistics s on n, order_id from lines`, `statistics public.s`],
  [
    "how much statistics take",
    `create statistics s on n, order_id from lines; alter statistics s set statistics 7`,
    `statistics public.s`,
  ],
  [
    "a comment on a policy",
    `create policy p on lines using (n > 1); comment on policy p on lines is 'x'`,
    `policy public.lines p`,
  ],
  ["a rule", `create rule r as on delete to lines do instead nothing`, `rule public.lines r`],
  [
    "a publication's columns",
    `create publication p for table lines (n, order_id) where (n > 1)`,
    `publication p`,
  ],
  ["a publication's schemas", `create publication p for tables in schema "My Shop"`, `publication p`],
  ["a range's type", `create type r as range (subtype = integer)`, `type public.r`],
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
