import { expect, test } from "vitest";
import { useDatabase } from "../ship/testing-database.ts";
import { readCatalogVersion } from "./catalog-version.ts";

const database = useDatabase();

const structural = [
  "create schema app",
  "create table app.payments (id bigint primary key, amount numeric)",
  "create table payments (id bigint primary key, amount integer default 1)",
  "alter table payments add column note text",
  "alter table payments alter column amount set default 2",
  "alter table payments alter column amount type bigint",
  "alter table payments rename column note to remark",
  "create index payments_by_amount on payments (amount)",
  "alter table payments add constraint positive check (amount > 0)",
  "create view v as select id from payments",
  "create or replace view v as select id, amount from payments",
  "create type mood as enum ('good')",
  "alter type mood add value 'bad'",
  "create function f() returns integer language sql as 'select 1'",
  "create or replace function f() returns integer language sql as 'select 2'",
  "drop function f()",
  "drop index payments_by_amount",
  "alter table payments drop column remark",
  "alter table payments rename to charges",
  "drop table charges cascade",
  "drop schema app cascade",
];

test("every structural change changes it, drops too", async () => {
  let before = await readCatalogVersion(database.client);
  for (const sql of structural) {
    await database.client.query(sql);
    const after = await readCatalogVersion(database.client);
    expect({ sql, same: after === before }).toEqual({ sql, same: false });
    before = after;
  }
});

test("rows, statistics and temporary tables leave it as it is", async () => {
  await database.client.query("create table payments (id bigint primary key)");
  const before = await readCatalogVersion(database.client);
  for (const sql of [
    "insert into payments select generate_series(1, 100)",
    "analyze payments",
    "vacuum (freeze) payments",
    "create temp table t (id integer)",
    "drop table t",
    "begin; create table gone (id integer); rollback",
  ]) {
    await database.client.query(sql);
    const same = (await readCatalogVersion(database.client)) === before;
    expect({ sql, same }).toEqual({ sql, same: true });
  }
  const other = await database.session();
  expect(await readCatalogVersion(other)).toBe(before);
});
