import { Client } from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { compareCatalogs, describeCatalog, describeStructure, type CatalogDescription } from "./describe.ts";

let shadow: Shadow;
let client: Client;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});
beforeEach(async () => {
  const database = await shadow.createDatabase();
  client = new Client(shadow.connection(database));
  await client.connect();
  await client.query(`
    create table t (id bigint primary key, name text not null);
    create function f() returns int language sql as 'select 1';
    create view v as select id from t`);
  return async () => {
    await client.end();
    await shadow.dropDatabase(database);
  };
});

async function differing(
  sql: string,
  describe: (client: Client) => Promise<CatalogDescription>,
): Promise<string[]> {
  const before = await describe(client);
  await client.query(sql);
  return compareCatalogs(before, await describe(client)).map(({ object }) => object);
}

test.each([
  "grant select on t to public",
  "grant update (name) on t to public",
  "revoke execute on function f() from public",
  "comment on table t is 'x'; comment on column t.name is 'x'; comment on schema public is 'x'",
  "comment on function f() is 'x'; comment on view v is 'x'; comment on index t_pkey is 'x'",
  "comment on constraint t_pkey on t is 'x'",
  "alter table t rename constraint t_name_not_null to named_otherwise",
])("what differs from one database to the next is no structure: %s", async (sql) => {
  expect(await differing(sql, describeStructure)).toEqual([]);
});

test.each([
  ["alter table t add column a int", ["column public.t.a"]],
  ["alter table t alter column name drop not null", ["column public.t.name"]],
  ["alter table t alter column name set default 'x'", ["column public.t.name"]],
  ["create index i on t (name)", ["index public.i"]],
  ["alter table t add check (id > 0) not valid", ["constraint public.t t_id_check"]],
  ["create or replace view v as select id, name from t", ["view public.v"]],
  ["create or replace function f() returns int language sql as 'select 2'", ["function public.f()"]],
])("what statements depend on is: %s", async (sql, objects) => {
  expect(await differing(sql, describeStructure)).toEqual(objects);
});

test("the whole description has grants and comments, as it had", async () => {
  expect(
    await differing("comment on table t is 'x'; grant select (name) on t to public", describeCatalog),
  ).toEqual(["column public.t.name", "table public.t"]);
});
