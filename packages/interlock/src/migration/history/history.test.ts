import { Client } from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { dbmateHistory } from "./dbmate.ts";
import { dieselHistory } from "./diesel.ts";
import { drizzleFoldersHistory } from "./drizzle-folders.ts";
import { drizzleHistory } from "./drizzle.ts";
import { flywayHistory } from "./flyway.ts";
import { golangMigrateHistory } from "./golang-migrate.ts";
import { gooseHistory } from "./goose.ts";
import type { HistoryRow } from "./history-row.ts";
import { nodePgMigrateHistory } from "./node-pg-migrate.ts";
import { prismaHistory } from "./prisma.ts";
import { forgetSql, recordSql } from "./record-sql.ts";
import { sqlMigrateHistory } from "./sql-migrate.ts";
import { sqlxHistory } from "./sqlx.ts";
import { supabaseHistory } from "./supabase.ts";

let shadow: Shadow;
let client: Client;
let database: string;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

beforeEach(async () => {
  database = await shadow.createDatabase();
  client = new Client(shadow.connection(database));
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await shadow.dropDatabase(database);
});

const text = "alter table t add column note text; -- 100 %\n";

interface Tool {
  /** The table as the tool makes it, with the row of the migration before. */
  table: string;
  row: HistoryRow | undefined;
  before?: HistoryRow | undefined;
  /** What is to be in the table when both have been recorded. */
  read: string;
  expected: unknown[];
  /** What was there before it. */
  earlier: unknown[];
}

const tools: Record<string, Tool> = {
  Prisma: {
    table: `create table _prisma_migrations (id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
      migration_name varchar(255) not null, logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(),
      applied_steps_count integer not null default 0)`,
    row: prismaHistory({ path: "prisma/migrations/20240102000000_note/migration.sql", text }),
    read: "select migration_name, checksum, finished_at is not null as done, applied_steps_count as steps from _prisma_migrations",
    expected: [
      {
        migration_name: "20240102000000_note",
        checksum: "f254fe1e8b681ec68fd1d66255a3342d4d0f50ce275db13f37b0d2bcf57ae332",
        done: true,
        steps: 1,
      },
    ],
    earlier: [],
  },
  Drizzle: {
    table:
      "create schema drizzle; create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)",
    row: drizzleHistory({ path: "drizzle/0001_note.sql", text, journalledAt: 1_704_153_600_000 }),
    read: "select created_at, length(hash) as digits from drizzle.__drizzle_migrations",
    expected: [{ created_at: "1704153600000", digits: 64 }],
    earlier: [],
  },
  "Drizzle in folders": {
    table: `create schema drizzle; create table drizzle.__drizzle_migrations (id serial primary key, hash text not null,
      created_at bigint, name text, applied_at timestamptz default now())`,
    row: drizzleFoldersHistory({ path: "drizzle/20240102000000_note/migration.sql", text }),
    read: "select created_at, name, length(hash) as digits, applied_at is not null as dated from drizzle.__drizzle_migrations",
    expected: [{ created_at: "1704153600000", name: "20240102000000_note", digits: 64, dated: true }],
    earlier: [],
  },
  Flyway: {
    table: `create table flyway_schema_history (installed_rank integer primary key, version varchar(50), description varchar(200) not null,
      type varchar(20) not null, script varchar(1000) not null, checksum integer, installed_by varchar(100) not null,
      installed_on timestamp not null default now(), execution_time integer not null, success boolean not null);
      insert into flyway_schema_history values (7, '1', 'first', 'SQL', 'V1__first.sql', 1, 'me', now(), 1, true)`,
    // The checksum is what Flyway 10.22 gave this file.
    row: flywayHistory({ path: "db/V1_1__add_note.sql", text: "\uFEFFselect 1;\r\nselect 2;\n" }),
    read: "select installed_rank, version, description, script, checksum, success from flyway_schema_history where version <> '1'",
    expected: [
      {
        installed_rank: 8,
        version: "1.1",
        description: "add note",
        script: "V1_1__add_note.sql",
        checksum: -593479011,
        success: true,
      },
    ],
    earlier: [],
  },
  "golang-migrate": {
    table:
      "create table schema_migrations (version bigint not null primary key, dirty boolean not null); insert into schema_migrations values (1, false)",
    row: golangMigrateHistory({ path: "m/000002_note.up.sql", text }),
    before: golangMigrateHistory({ path: "m/000001_first.up.sql", text }),
    read: "select version::integer, dirty from schema_migrations",
    expected: [{ version: 2, dirty: false }],
    earlier: [{ version: 1, dirty: false }],
  },
  goose: {
    table: `create table goose_db_version (id integer primary key generated by default as identity, version_id bigint not null,
      is_applied boolean not null, tstamp timestamp not null default now()); insert into goose_db_version (version_id, is_applied) values (0, true)`,
    row: gooseHistory({ path: "m/00002_note.sql", text }),
    read: "select version_id::integer as version, is_applied from goose_db_version where version_id > 0",
    expected: [{ version: 2, is_applied: true }],
    earlier: [],
  },
  dbmate: {
    table: "create table schema_migrations (version varchar(128) primary key)",
    row: dbmateHistory({ path: "db/migrations/20240102000000_note.sql", text }),
    read: "select version from schema_migrations",
    expected: [{ version: "20240102000000" }],
    earlier: [],
  },
  "sql-migrate": {
    table: "create table gorp_migrations (id text primary key, applied_at timestamptz)",
    row: sqlMigrateHistory({ path: "migrations/2_100%_note.sql", text }),
    read: "select id, applied_at is not null as done from gorp_migrations",
    expected: [{ id: "2_100%_note.sql", done: true }],
    earlier: [],
  },
  Diesel: {
    table:
      "create table __diesel_schema_migrations (version varchar(50) primary key, run_on timestamp not null default current_timestamp)",
    row: dieselHistory({ path: "migrations/2024-01-02-000000_note/up.sql", text }),
    read: "select version from __diesel_schema_migrations",
    expected: [{ version: "20240102000000" }],
    earlier: [],
  },
  sqlx: {
    table: `create table _sqlx_migrations (version bigint primary key, description text not null, installed_on timestamptz not null default now(),
      success boolean not null, checksum bytea not null, execution_time bigint not null)`,
    row: sqlxHistory({ path: "migrations/20240102000000_add_note.sql", text }),
    read: "select version, description, length(checksum) as bytes from _sqlx_migrations",
    expected: [{ version: "20240102000000", description: "add note", bytes: 48 }],
    earlier: [],
  },
  "node-pg-migrate": {
    table:
      "create table pgmigrations (id serial primary key, name varchar(255) not null, run_on timestamp not null)",
    row: nodePgMigrateHistory({ path: "migrations/1704153600000_note.sql", text }),
    read: "select name from pgmigrations",
    expected: [{ name: "1704153600000_note" }],
    earlier: [],
  },
  Supabase: {
    table:
      "create schema supabase_migrations; create table supabase_migrations.schema_migrations (version text primary key, statements text[], name text)",
    row: supabaseHistory({ path: "supabase/migrations/20240102000000_note.sql", text }),
    read: "select version, name from supabase_migrations.schema_migrations",
    expected: [{ version: "20240102000000", name: "note" }],
    earlier: [],
  },
};

describe.each(Object.entries(tools))(
  "the history of %s",
  (_, { table, row, before, read, expected, earlier }) => {
    test("gets one row, however often it is recorded, and loses it again", async () => {
      if (row === undefined) throw new Error("the file belongs to the tool");
      await client.query(table);
      await client.query(recordSql(row));
      await client.query(recordSql(row));
      expect((await client.query(read)).rows).toEqual(expected);
      await client.query(forgetSql(row, before));
      expect((await client.query(read)).rows).toEqual(earlier);
    });

    test("is left alone where the database has none, or a table of another shape", async () => {
      if (row === undefined) throw new Error("the file belongs to the tool");
      await client.query(recordSql(row));
      await client.query(forgetSql(row, before));
      const schema = row.schema ?? "public";
      await client.query(
        `create schema if not exists ${schema}; create table ${schema}.${row.table} (other text)`,
      );
      await client.query(recordSql(row));
      expect((await client.query(`select * from ${schema}.${row.table}`)).rows).toEqual([]);
    });
  },
);

test("a version further on than the one recorded stays", async () => {
  const row = golangMigrateHistory({ path: "000002_note.up.sql", text });
  if (row === undefined) throw new Error("the file belongs to the tool");
  await client.query("create table schema_migrations (version bigint primary key, dirty boolean not null)");
  await client.query("insert into schema_migrations values (5, false)");
  await client.query(recordSql(row));
  expect((await client.query("select version::integer from schema_migrations")).rows).toEqual([
    { version: 5 },
  ]);
});
