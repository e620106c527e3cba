import { expect, test } from "vitest";
import { parseStatements } from "../sql/parse.ts";
import { openShadow } from "../shadow/open-shadow.ts";
import { Client } from "pg";
import { dropOf } from "./drop-of.ts";

const functions = [
  "create function plain() returns integer language sql as 'select 1'",
  `create function "Odd Name"(a integer, variadic c numeric(10,2)[]) returns integer language sql as 'select 1'`,
  "create function results(inout a integer, out b text) language sql as $$ select a, 'x' $$",
  "create function rows_of(a timestamptz default now(), b2 text default 'x') returns table (b integer) language sql as 'select 1'",
  "create procedure done(a integer) language sql as 'select 1'",
];

test("a function is taken away by the types that it takes, and only that one", async () => {
  const shadow = await openShadow();
  const database = await shadow.createDatabase();
  const client = new Client(shadow.connection(database));
  await client.connect();
  try {
    // Same name, other types: a drop by name alone would be ambiguous, or take the wrong one.
    await client.query("create function plain(text) returns integer language sql as 'select 2'");
    for (const sql of functions) {
      await client.query(sql);
      const [statement] = parseStatements(sql, "test.sql");
      if (statement === undefined) throw new Error("a statement was parsed");
      for (const drop of dropOf(statement.node) ?? ["select no_drop"]) await client.query(drop);
    }
    const { rows } = await client.query(
      "select proname, pg_get_function_identity_arguments(oid) as takes from pg_proc where pronamespace = 'public'::regnamespace",
    );
    expect(rows).toEqual([{ proname: "plain", takes: "text" }]);
  } finally {
    await client.end();
    await shadow.dropDatabase(database);
    await shadow.close();
  }
});

test("what replaces a function can not be taken back by dropping it", () => {
  const [statement] = parseStatements(
    "create or replace function f() returns integer language sql as 'select 1'",
    "test.sql",
  );
  if (statement === undefined) throw new Error("a statement was parsed");
  expect(dropOf(statement.node)).toBeNull();
});
