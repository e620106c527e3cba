import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestServer, type TestServer } from "../test-server.ts";
import { explainRefusal } from "./find-statistics.ts";
import { readRunningFrom, type Running } from "./read-running.ts";

let server: TestServer;
/** Of the role that only monitors. */
let monitor: string;
let app: string;

beforeAll(async () => {
  server = await openTestServer({ shared_preload_libraries: "pg_stat_statements" });
  await server.run(`
    create role monitor login password 'm'; grant pg_monitor to monitor;
    create role stranger login password 's';
    create role app login password 'a';
    create schema app authorization app; create schema ext; grant usage on schema ext to monitor;
    alter role app set search_path = app, public;`);
  await server.run(`create extension pg_stat_statements schema ext;`);
  await server.run(`
    create table payments (id int primary key, at timestamptz, d date, data jsonb, name text, active bool);
    grant all on payments to app; create table gone (id int);
    create procedure pay(id int) language sql as 'insert into payments (id) values (id)';
    create table app.orders (id int);  alter table app.orders owner to app;
    create view app.first as select 1 as one; alter view app.first owner to app;`);
  monitor = as("monitor", "m");
  app = as("app", "a");
  await run(app, sent);
  await server.run("select id from gone; drop table gone; select 1 from pg_class; show work_mem");
  await server.run("vacuum payments");
});

afterAll(() => server.close());

function as(user: string, password: string): string {
  const url = new URL(server.url);
  url.username = user;
  url.password = password;
  return url.href;
}

async function run(url: string, texts: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url, application_name: "payments@2.2.0" });
  await client.connect();
  try {
    for (const text of texts) await client.query(text);
  } finally {
    await client.end();
  }
}

/** What an application sends, each to come back as one statement that PostgreSQL prepares. */
const sent = [
  "select * from payments where id = 7",
  "select * from payments where id = 8",
  "select id /* -- name: recent */ from payments where at > now() - interval '1 day' and d = date '2024-12-17'",
  "select extract(year from at) from payments group by extract(year from at)",
  "select date_trunc('day', at), count(*) from payments group by date_trunc('day', at)",
  "select id from payments where id in (1, 2, 3) and id = any(array[1, 2]) limit 5",
  "select 1 + 2, coalesce(null, 'x')",
  "select jsonb_build_object('id', id, 'n', 1) from payments",
  "insert into payments (id, name, active) values (1, 'Ada', true) on conflict (id) do update set name = 'Ada'",
  "update payments set name = null, data = '{}' where id = 3 and data ->> 'a' = 'b'",
  "merge into payments p using (values (1, 'x')) v (id, name) on p.id = v.id when matched then update set name = v.name",
  "call pay(9)",
  "copy (select name from payments where name = 'Ada') to stdout",
  "prepare q as select name from payments where id = $1 and active = true",
  "execute q(1)",
  "execute q(2)",
  "deallocate q",
  "begin",
  "declare c cursor for select * from payments where id = 5",
  "fetch 10 from c",
  "savepoint s",
  "commit",
  "select id from orders join payments using (id)",
  "with orders as (select 1 as id) select id from orders",
  "select one from first",
  "set statement_timeout = 0",
  "do 'begin perform 1; end'",
  "explain select 1",
  "create table orders_2 (id int)",
  "select current_setting('work_mem')",
];

describe("what runs on a database", () => {
  let running: Running;
  let statements: string[];

  beforeAll(async () => {
    running = await readRunningFrom(monitor);
    statements = running.workload.statements.map(({ sql }) => sql).toSorted();
  });

  test("is every statement that the application sends, in a form that can be prepared", () => {
    expect(statements).toEqual(
      [
        "call pay($1)",
        "copy (select name from payments where name = '') to stdout",
        "insert into payments (id, name, active) values ($1, $2, $3) on conflict (id) do update set name = $4",
        "merge into payments p using (values ($1::integer, $2)) v (id, name) on p.id = v.id when matched then update set name = v.name",
        "select $1 + $2::integer, coalesce($3, $4)",
        "select * from payments where id = $1",
        "select current_setting($1)",
        "select date_trunc($1, at), count(*) from payments group by date_trunc($1, at)",
        "select extract(year from at) from payments group by extract(year from at)",
        "select id from app.orders join payments using (id)",
        "select id from payments where at > now() - $1::interval and d = $2::date",
        "select id from payments where id in ($1) and id = any(array[$2::integer]) limit $3",
        "select jsonb_build_object($1::text, id, $2::text, $3::text) from payments",
        "select name from payments where id = $1 and active = $2",
        "select one from app.first",
        "update payments set name = $1, data = $2 where id = $3 and data ->> $4 = $5",
        "with orders as (select $1 as id) select id from orders",
      ].toSorted(),
    );
    expect(running.notUsable).toEqual([]);
    expect(running.missing).toEqual([]);
  });

  test("counts calls of the same statement together, and knows what SQL's own PREPARE prepared", () => {
    const bySql = new Map(running.workload.statements.map((statement) => [statement.sql, statement]));
    expect(bySql.get("select * from payments where id = $1")).toMatchObject({ calls: 3 });
    expect(bySql.get("select * from payments where id = $1")).not.toHaveProperty("prepared");
    expect(bySql.get("select name from payments where id = $1 and active = $2")).toMatchObject({
      calls: 2,
      prepared: true,
    });
  });

  test("holds no value that was sent, not in what was left out either", () => {
    expect(JSON.stringify(running)).not.toMatch(/Ada|2024-12-17/);
  });

  test("says what was left out and why", () => {
    const counts = Object.fromEntries(running.leftOut.map(({ reason, count }) => [reason, count]));
    expect(counts).toMatchObject({ "anonymous-block": 1, "does-not-fit": 1 });
    expect(Object.keys(counts).toSorted()).toEqual(
      expect.arrayContaining([
        "catalog",
        "interlock",
        "maintenance",
        "session-setting",
        "structural",
        "transaction-control",
      ]),
    );
    expect(running.doesNotFit).toEqual([
      { sql: "select id from gone", calls: 1, why: '42P01 relation "gone" does not exist' },
    ]);
  });

  test("is given to the database, or to the app version that is named", async () => {
    expect(running.workload).toMatchObject({ app: "running", version: "postgres" });
    const named = await readRunningFrom(monitor, { app: { app: "payments", version: "2.2.0" } });
    expect(named.workload).toMatchObject({ app: "payments", version: "2.2.0" });
    // Reading it is no statement of the application's, and executes none of them: nothing is counted twice.
    expect(named.workload.statements).toEqual(running.workload.statements);
  });

  test("names who is connected", async () => {
    const client = new Client({ connectionString: app, application_name: "payments@2.2.0" });
    await client.connect();
    const { connected } = await readRunningFrom(monitor);
    await client.end();
    expect(connected).toContainEqual({ applicationName: "payments@2.2.0", sessions: 1 });
    expect(connected.map(({ applicationName }) => applicationName)).not.toContain("interlock");
  });

  test("a role without rights is told what is missing, and that is no safe ground", async () => {
    await server.run("grant usage on schema ext to stranger");
    const seen = await readRunningFrom(as("stranger", "s"));
    expect(seen.workload.statements).toEqual([]);
    expect(seen.missing).toEqual([
      expect.stringMatching(/^\d+ statements of other roles can't be seen: grant pg_monitor/),
    ]);
    await server.run("revoke usage on schema ext from stranger");
    await expect(readRunningFrom(as("stranger", "s"))).rejects.toMatchObject({
      code: "statement-statistics-not-allowed",
    });
  });

  test.each(["1.8", "1.9", "1.10", "1.11"])("version %s of the extension reads the same", async (version) => {
    await server.run(
      `truncate payments; drop table app.orders_2; drop extension pg_stat_statements; create extension pg_stat_statements schema ext version '${version}'; select ext.pg_stat_statements_reset()`,
    );
    await run(app, sent);
    const older = await readRunningFrom(monitor);
    expect(older.workload.statements.map(({ sql }) => sql).toSorted()).toEqual(statements);
    expect(older.notes.filter((note) => note.includes("inside functions"))).toHaveLength(
      version === "1.8" ? 1 : 0,
    );
  });

  test("a database that does not count says how to make it", async () => {
    await server.run("drop extension pg_stat_statements");
    await expect(readRunningFrom(monitor)).rejects.toMatchObject({ code: "statement-statistics-missing" });
  });

  test("a view of that name will do, as monitoring tools make them for roles without rights", async () => {
    await server.run(`
      create view pg_stat_statements as
        select (select oid from pg_database where datname = 'postgres') as dbid, (select oid from pg_roles where rolname = 'app') as userid,
               7::int8 as queryid, 'select id from payments where at > interval $1 + d'::text as query, 3::int8 as calls;
      grant select on pg_stat_statements to monitor`);
    const viewed = await readRunningFrom(monitor);
    expect(viewed.extensionVersion).toBeNull();
    expect(viewed.workload.statements).toEqual([
      { name: "select-payments", sql: "select id from payments where at > $1::interval + d", calls: 3 },
    ]);
  });
});

test("an extension that is not loaded says so", () => {
  const message = 'pg_stat_statements must be loaded via "shared_preload_libraries"';
  expect(
    explainRefusal(Object.assign(new Error(message), { code: "55000", severity: "ERROR" })),
  ).toMatchObject({
    code: "statement-statistics-not-loaded",
    why: message,
  });
});
