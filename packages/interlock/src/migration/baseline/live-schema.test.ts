import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { useExampleCheck } from "../../rehearsal/example-check.ts";
import { readLiveSchema } from "./live-schema.ts";

const shop = useExampleCheck();
let directory: string;
const path = process.env["PATH"];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-pg-dump-"));
});
afterEach(async () => {
  process.env["PATH"] = path;
  await rm(directory, { recursive: true });
});

async function live(sql: string, more = ""): Promise<string> {
  const database = await shop.shadow.createDatabase();
  const config = shop.shadow.connection(database);
  const client = new Client(config);
  await client.connect();
  await client.query(sql);
  await client.end();
  return `postgresql://${String(config.user)}:secret-word@/${database}?host=${encodeURIComponent(String(config.host))}&port=${String(config.port)}${more}`;
}

/** Puts a pg_dump on the PATH that answers as told, and writes down what it was called with. */
async function standIn(version: string, body: string): Promise<void> {
  const file = join(directory, "pg_dump");
  await writeFile(
    file,
    `#!/bin/sh
if [ "$1" = --version ]; then echo "pg_dump (PostgreSQL) ${version}"; exit 0; fi
echo "$@" > ${directory}/arguments
env | grep ^PG > ${directory}/environment
${body}
`,
  );
  await chmod(file, 0o755);
  process.env["PATH"] = `${directory}:${path ?? ""}`;
}

test("pg_dump reads where it is new enough, and the password is none of its arguments", async () => {
  const url = await live("create table t (a integer)");
  await standIn("99.1", "echo 'create table dumped ();'");
  const { sql, how } = await readLiveSchema(url);
  expect(sql).toBe("create table dumped ();\n");
  expect(how).toMatch(/, by pg_dump 99\.1$/);
  const passed = await readFile(join(directory, "arguments"), "utf8");
  expect(passed).toMatch(/--schema-only/);
  expect(passed + how).not.toMatch(/secret-word|postgres(ql)?:\/\//);
  expect(await readFile(join(directory, "environment"), "utf8")).toMatch(/^PGPASSWORD=secret-word$/m);
});

test.each([
  ["is older than the server", "9.6.24", "exit 1", /pg_dump 9\.6 is older than the server's/],
  [
    "lacks the rights",
    "99.1",
    "echo 'pg_dump: error: query failed: permission denied for table t' >&2; exit 1",
    /pg_dump failed: query failed: permission denied for table t/,
  ],
])("the catalog is read where pg_dump %s, and why is said", async (_, version, body, why) => {
  const url = await live("create table t (a integer)");
  await standIn(version, body);
  const { sql, how } = await readLiveSchema(url);
  expect(sql).toMatch(/create table public\.t \(a integer\)/);
  expect(how).toMatch(why);
});

test("a role without any right reads the schema out of the catalog", async () => {
  await shop.shadow.administer(
    "do $$ begin create role no_rights_at_all; exception when duplicate_object then null; end $$",
  );
  const url = await live(
    `create schema hidden; revoke all on schema public from public;
     create table hidden.t (id integer primary key, note text default 'x' check (note <> ''));
     create view v as select id from hidden.t; create function f() returns integer language sql as 'select 1'`,
    `&options=${encodeURIComponent("-c role=no_rights_at_all")}`,
  );
  await standIn("9.6.24", "exit 1");
  const { sql } = await readLiveSchema(url);
  expect(sql).toMatch(/create table hidden\.t \(id integer/);
  expect(sql).toMatch(/create view public\.v/);
  expect(sql).toMatch(/FUNCTION public\.f\(\)/);
});
