import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  asApplied,
  migrationsOf,
  readEarlierMigrationFiles,
  readEarlierMigrations,
  readMigrationFiles,
  readMigrations,
} from "./read.ts";
import { namedRoles } from "./roles.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-migrations-"));
});

afterEach(() => rm(directory, { recursive: true }));

async function write(files: Record<string, string>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
}

async function namesIn(path = directory): Promise<string[]> {
  return (await readMigrations([path])).map((migration) => basename(migration.path));
}

describe("a directory", () => {
  test("of plain files comes in natural order", async () => {
    await write({ "10_c.sql": "", "9_b.sql": "", "1_a.sql": "", "notes.txt": "" });
    expect(await namesIn()).toEqual(["1_a.sql", "9_b.sql", "10_c.sql"]);
  });

  test("of golang-migrate goes up only", async () => {
    await write({
      "000001_a.up.sql": "",
      "000001_a.down.sql": "",
      "000002_b.up.sql": "",
      "000002_b.down.sql": "",
    });
    expect(await namesIn()).toEqual(["000001_a.up.sql", "000002_b.up.sql"]);
  });

  test("of Flyway comes by version, repeatable files last, undo left out", async () => {
    await write({
      "V1__a.sql": "",
      "V1.10__c.sql": "",
      "V1.9__b.sql": "",
      "U1__a.sql": "",
      "R__views.sql": "",
      "V2__d.sql": "",
    });
    expect(await namesIn()).toEqual([
      "V1__a.sql",
      "V1.9__b.sql",
      "V1.10__c.sql",
      "V2__d.sql",
      "R__views.sql",
    ]);
  });
});

describe("a file", () => {
  test.each([
    ["goose", "-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n", true],
    [
      "goose without a transaction",
      "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n",
      false,
    ],
    ["dbmate", "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n", true],
    [
      "dbmate without a transaction",
      "-- migrate:up transaction:false\nselect 1;\n-- migrate:down\nselect 2;\n",
      false,
    ],
    ["sql-migrate", "-- +migrate Up\nselect 1;\n-- +migrate Down\nselect 2;\n", true],
    [
      "sql-migrate without a transaction",
      "-- +migrate Up notransaction\nselect 1;\n-- +migrate Down\nselect 2;\n",
      false,
    ],
  ])("of %s goes up only, and keeps its lines", async (_, text, transactional) => {
    await write({ "1.sql": text });
    const [migration] = await readMigrations([join(directory, "1.sql")]);
    const line = text.split("\n").indexOf("select 1;") + 1;
    expect(migration?.statements.map(({ sql, line: at }) => [sql, at])).toEqual([["select 1", line]]);
    expect(migration?.transactional).toBe(transactional);
  });

  test("has before it what its directory has before it", async () => {
    await write({ "1.sql": "", "2.sql": "", "10.sql": "", "11.sql": "", "V1__other.sql": "" });
    const earlier = await readEarlierMigrations(join(directory, "10.sql"));
    expect(earlier.map(({ path }) => basename(path))).toEqual(["1.sql", "2.sql"]);
  });

  test("that is missing is a failure that says so", async () => {
    await expect(readMigrations([join(directory, "none.sql")])).rejects.toMatchObject({
      code: "migration-not-readable",
    });
  });

  test("that does not parse is a failure with its place", async () => {
    await write({ "1.sql": "select 1;\nselect from from;" });
    const [migration] = await readMigrations([join(directory, "1.sql")]);
    expect(() => migration?.statements).toThrowError(/1\.sql:2:12: syntax error/);
  });
});

describe("files that are at hand", () => {
  test("are read as their tool would, in the order given, and nothing is looked up by their paths", () => {
    const [first, second] = migrationsOf([
      {
        path: "no/such/2.sql",
        text: "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n",
      },
      { path: "no/such/1.sql", text: "select 3;" },
    ]);
    expect(first?.statements.map(({ sql, line }) => [sql, line])).toEqual([["select 1", 3]]);
    expect(first?.transactional).toBe(false);
    expect(second?.statements).toHaveLength(1);
  });

  test("have their texts whole when they are read to be sent", async () => {
    const text = "-- +goose NO TRANSACTION\n-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n";
    await write({ "1.sql": text, "2.sql": text });
    const path = join(directory, "2.sql");
    expect(await readMigrationFiles([path])).toEqual([{ path, text }]);
    expect(await readEarlierMigrationFiles(path)).toEqual([{ path: join(directory, "1.sql"), text }]);
  });

  test("that are empty hold no statement", () => {
    expect(
      migrationsOf([
        { path: "1.sql", text: " \n" },
        { path: "2.sql", text: "-- nothing\n" },
      ]).flatMap(({ statements }) => statements),
    ).toEqual([]);
  });
});

describe("a transaction", () => {
  test.each([
    ["alter table t add column a int;", true],
    ["create index concurrently i on t (a);", false],
    ["drop index concurrently i;", false],
    ["begin; select 1; commit;", false],
    ["vacuum t;", false],
    ["analyze t;", true],
    ["reindex table concurrently t;", false],
    ["alter table t detach partition p concurrently;", false],
    ["alter type mood add value 'calm';", true],
    ["alter type mood add value 'calm'; update t set m = 'calm';", false],
  ])("is put around: %s", async (text, transactional) => {
    await write({ "1.sql": text });
    expect((await readMigrations([directory]))[0]?.transactional).toBe(transactional);
  });
});

describe("a migration that has run", () => {
  test("had rights that a rehearsal has not", () => {
    const text = `create role app login;
create table t (owner text, "role" text);
alter table t owner to app;
-- alter table t owner to app;
alter table t owner to app, add column a integer;
alter schema public owner
  to app;
alter default privileges for role app grant select on tables to reader;
alter default privileges grant select on tables to reader;
set role app;
grant select on t to reader, public;
do $$ begin if not exists (select from pg_roles where rolname = 'Odd One') then create role "Odd One"; end if; end $$;
create policy p on t to writer using (owner = 'x;');`;
    const [migration] = migrationsOf([{ path: "1.sql", text }]).map(asApplied);
    expect(
      migration?.statements.map(({ sql, line }) => [line, sql.split(" ").slice(0, 3).join(" ")]),
    ).toEqual([
      [2, "create table t"],
      [5, "alter table t"],
      [9, "alter default privileges"],
      [11, "grant select on"],
      [12, "do $$ begin"],
      [13, "create policy p"],
    ]);
    expect(namedRoles(migration === undefined ? [] : [migration])).toEqual([
      "app",
      "reader",
      "Odd One",
      "writer",
    ]);
  });
});
