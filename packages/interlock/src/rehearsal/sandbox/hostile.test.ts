import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationsOf } from "../../migration/read.ts";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import type { Workload } from "../../workload/workload.ts";
import { check } from "../check.ts";
import { defaultLimits } from "./limits.ts";

// Hostile SQL as a migration: each is refused or bounded, said so, and leaves a server that serves the next check.

let shadow: Shadow;
/** Low, so that what runs into them does so soon; for what is refused they don't matter. */
const low = {
  ...defaultLimits,
  migrationStatementMs: 400,
  graceMs: 400,
  databaseBytes: 100 * 1024 ** 2,
};

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

const workload: Workload = {
  format: "interlock-workload/1",
  app: "shop",
  version: "1.0.0",
  statements: [{ name: "list", sql: "select id, name from things where id = $1" }],
};

async function told(sql: string, limits = defaultLimits): Promise<string> {
  const report = await check({
    migrations: migrationsOf([{ path: "2.sql", text: sql }]),
    baseline: migrationsOf([{ path: "1.sql", text: "create table things (id int primary key, name text)" }]),
    old: [workload],
    shadow,
    limits,
  });
  const [finding] = report.findings.filter(({ severity }) => severity !== "note");
  return [report.verdict, finding?.code, finding?.sqlstate].join(" ");
}

const refused: Readonly<Record<string, string>> = {
  "a program": "copy things from program 'id'",
  "a file to write": "copy things to '/tmp/interlock-hostile'",
  "a file to read": "select pg_read_file('/etc/passwd')",
  "a file as a large object": "select lo_import('/etc/passwd')",
  "a large object as a file": "select lo_export(1, '/tmp/interlock-hostile')",
  "a directory": "select pg_ls_dir('/')",
  "another server": "create extension dblink",
  "an untrusted language": "create extension plpython3u",
  "a function in C": "create function f() returns int language c as 'libc.so.6', 'getpid'",
  "a function of the server's own":
    "create function f(text) returns text language internal as 'pg_read_file_all'",
  "an event trigger":
    "create function e() returns event_trigger language plpgsql as 'begin end'; create event trigger e on ddl_command_start execute function e()",
  "a setting of the server": "alter system set shared_preload_libraries = 'x'",
  "a library": "load 'dblink'",
  "more rights": "alter role interlock_sandbox superuser",
  "the right to run programs": "grant pg_execute_server_program to current_user",
  "the superuser": "set session authorization postgres",
  "the end of other sessions": "select pg_terminate_backend(pid) from pg_stat_activity",
  "a database": "create database evil",
  "the database itself":
    "do $$ begin execute format('alter database %I set statement_timeout = 0', current_database()); end $$",
  "a subscription": "create subscription s connection 'host=/tmp' publication p",
};

const bounded: Readonly<Record<string, [sql: string, sqlstate: string]>> = {
  "sleep without a limit of time": ["set statement_timeout = 0; select pg_sleep(600)", "57014"],
  "a loop that catches its end": [
    "set statement_timeout = 0; do $$ begin loop begin perform pg_sleep(600); exception when others or query_canceled then null; end; end loop; end $$",
    "57014",
  ],
  "notices without end": [
    "set statement_timeout = 0; do $$ begin loop raise notice '%', repeat('x', 10000); end loop; end $$",
    "53400",
  ],
  "one value too large": ["select repeat('x', 50000000)", "53400"],
  "memory in one piece": [
    "select string_agg(repeat('x', 1000000), '') from generate_series(1, 900)",
    "53200",
  ],
  disk: [
    "set statement_timeout = 0; create table big as select repeat(md5(i::text), 50) from generate_series(1, 100000000) i",
    "53",
  ],
};

describe("as a migration", () => {
  test.each(Object.entries(refused))("%s is refused", async (_, sql) => {
    expect(await told(sql)).toBe("unknown refused-by-sandbox 42501");
  });

  // The memory of a process is limited by the system, where it does.
  test.each(
    Object.entries(bounded).filter(
      ([name]) => name !== "memory in one piece" || process.platform === "linux",
    ),
  )("%s is bounded", async (_, [sql, sqlstate]) => {
    expect(await told(sql, low)).toMatch(new RegExp(`^unknown exceeds-limit (?:${sqlstate}|57014)`));
  });
});

test("what a role was told to be stays with the check that told it", async () => {
  expect(await told("alter role interlock_sandbox set search_path = evil")).toMatch(/^safe/);
  expect(await told("alter table things add column extra int")).toMatch(/^safe/);
});

test("after all of it nothing is left, and the server serves", async () => {
  const left = await shadow.query(
    `select datname from pg_database where datname like 'interlock_shadow_%' or datname = 'evil'
     union all select rolname from pg_roles where rolname like 'interlock_sandbox_%' or rolsuper and rolname <> 'postgres'`,
  );
  expect(left).toEqual([]);
});
