import { Client } from "pg";
import { expect, test } from "vitest";
import { sessionIsGone } from "../database/sqlstate.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { sleep } from "../std/sleep.ts";
import { prepareStatements } from "./prepare-statements.ts";

const database = useDatabase();

const statements = [
  { name: "list", sql: "select id, paid from payments where id = $1" },
  { name: "insert", sql: "insert into payments (paid) values ($1)" },
  { name: "copy-in", sql: "copy payments (id, paid) from stdin" },
  { name: "copy-out", sql: "copy (select paid from payments) to stdout" },
  { name: "copy-table", sql: "copy payments (paid) to stdout" },
  { name: "two", sql: "select 1; select paid from payments" },
  { name: "truncate", sql: "truncate payments" },
  { name: "unrelated", sql: "select 1" },
];

test("what fits the catalog is taken, what does not is named with PostgreSQL's own words", async () => {
  await database.client.query("create table payments (id bigint generated always as identity, paid boolean)");
  await database.client.query("insert into payments (paid) values (true)");
  expect(await prepareStatements(database.client, statements)).toEqual({ refused: [], unanswered: [] });
  await database.client.query("alter table payments drop column paid");
  const { refused, unanswered } = await prepareStatements(database.client, statements);
  expect(unanswered).toEqual([]);
  expect(refused.map(({ name, sqlstate }) => [name, sqlstate])).toEqual(
    ["list", "insert", "copy-in", "copy-out", "copy-table", "two"].map((name) => [name, "42703"]),
  );
  expect(refused[0]?.message).toBe('column "paid" does not exist');
  await database.client.query("drop table payments");
  const gone = await prepareStatements(database.client, statements);
  expect(gone.refused.map(({ name, sqlstate }) => [name, sqlstate])).toEqual(
    statements.slice(0, -1).map(({ name }) => [name, "42P01"]),
  );
});

test("nothing is executed", async () => {
  await database.client.query(
    "create table payments (id bigint, paid boolean); insert into payments values (1, true)",
  );
  await prepareStatements(database.client, [
    ...statements,
    { name: "delete", sql: "delete from payments" },
    { name: "call", sql: "select pg_catalog.set_config('interlock.test', 'executed', false)" },
  ]);
  expect(await database.rows("select id from payments")).toEqual([{ id: "1" }]);
  expect(await database.rows("select current_setting('interlock.test', true) as value")).toEqual([
    { value: null },
  ]);
});

test("a locked table is unknown and neither broken nor waited for, and the session's own limits stay", async () => {
  await database.client.query("create table payments (id bigint, paid boolean)");
  await database.client.query("create table other (id bigint)");
  const holder = await database.session();
  await holder.query("begin; lock table payments in access exclusive mode");
  await database.client.query("set lock_timeout = '7s'; set statement_timeout = '8s'");
  const { refused, unanswered } = await prepareStatements(database.client, [
    { name: "locked", sql: "select id from payments" },
    { name: "free", sql: "select id from other" },
    { name: "broken", sql: "select nothing from other" },
  ]);
  expect(unanswered).toMatchObject([{ name: "locked", sqlstate: "55P03" }]);
  expect(refused).toMatchObject([{ name: "broken", sqlstate: "42703" }]);
  await holder.query("rollback");
  expect(
    await database.rows(
      "select current_setting('lock_timeout') as lock, current_setting('statement_timeout') as statement",
    ),
  ).toEqual([{ lock: "7s", statement: "8s" }]);
});

test("however many tables are locked, it comes to an end and says of each statement that it is not known", async () => {
  await database.client.query("create table payments (id bigint)");
  const holder = await database.session();
  await holder.query("begin; lock table payments in access exclusive mode");
  const many = Array.from({ length: 400 }, (_, at) => ({
    name: `s${String(at)}`,
    sql: "select id from payments",
  }));
  const { refused, unanswered } = await prepareStatements(database.client, many);
  expect(refused).toEqual([]);
  expect(unanswered).toHaveLength(400);
});

test("a right that our own role lacks says nothing about the application", async () => {
  await database.client.query(
    "create schema hidden; create table hidden.payments (id bigint); drop role if exists interlock_test_reader; create role interlock_test_reader",
  );
  await database.client.query("set role interlock_test_reader");
  const { refused, unanswered } = await prepareStatements(database.client, [
    { name: "hidden", sql: "select id from hidden.payments" },
  ]);
  await database.client.query("reset role; drop role interlock_test_reader");
  expect(refused).toEqual([]);
  expect(unanswered).toMatchObject([{ name: "hidden", sqlstate: "42501" }]);
});

test("a session that is lost in the middle rejects, and the client knows it", async () => {
  const other = await database.session();
  const { rows } = await other.query<{ pid: number }>("select pg_backend_pid() as pid");
  await database.client.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
  await expect(prepareStatements(other, statements)).rejects.toSatisfy(sessionIsGone);
});

test("a client that gives up on silence does so for as long as it waits, and not later", async () => {
  const client = new Client({ ...database.connection, query_timeout: 1_500 });
  await client.connect();
  const failures: unknown[] = [];
  client.on("error", (error) => failures.push(error));
  await prepareStatements(client, statements);
  await sleep(1_300);
  // Under way while a timer of the first one would have ended.
  const endsAt = performance.now() + 500;
  while (performance.now() < endsAt) {
    const { refused } = await prepareStatements(client, [{ name: "a", sql: "select nothing" }]);
    expect(refused).toMatchObject([{ name: "a", sqlstate: "42703" }]);
  }
  expect(failures).toEqual([]);
  await client.end();
});

test("the client can be used as before", async () => {
  const first = await prepareStatements(database.client, [{ name: "a", sql: "select nothing" }]);
  expect(first.refused).toHaveLength(1);
  expect(await database.rows("select 1 as one")).toEqual([{ one: 1 }]);
  await expect(database.client.query("select nothing")).rejects.toMatchObject({ code: "42703" });
  expect(await prepareStatements(database.client, [{ name: "b", sql: "select 2" }])).toEqual({
    refused: [],
    unanswered: [],
  });
});
