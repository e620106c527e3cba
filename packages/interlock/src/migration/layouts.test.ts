import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { brief, useExampleCheck, workload } from "../rehearsal/example-check.ts";
import { migrationsOf, readEarlierMigrations, readMigrationFiles, readMigrations } from "./read.ts";

const fixtures = join(import.meta.dirname, "testing-layouts");
const shop = useExampleCheck();

/** What is given to `check`, and what it must come upon: the change, and what stands before it, in order. */
const projects: readonly [tool: string, given: string, directory: string, ...before: string[]][] = [
  ["plain files", "plain/11_remark.sql", "plain", "9_orders.sql", "10_state.sql"],
  ["Flyway", "flyway/V1.10__remark.sql", "flyway", "V1__orders.sql", "V1.9__state.sql"],
  [
    "golang-migrate",
    "golang-migrate/000003_remark.up.sql",
    "golang-migrate",
    "000001_orders.up.sql",
    "000002_state.up.sql",
  ],
  ["goose", "goose/00003_remark.sql", "goose", "00001_orders.sql", "00002_state.sql"],
  [
    "dbmate",
    "dbmate/20240103000000_remark.sql",
    "dbmate",
    "20240101000000_orders.sql",
    "20240102000000_state.sql",
  ],
  ["sql-migrate", "sql-migrate/3_remark.sql", "sql-migrate", "1_orders.sql", "2_state.sql"],
  [
    "Diesel",
    "diesel/2024-01-03-000000_remark",
    "diesel",
    "2024-01-01-000000_orders/up.sql",
    "2024-01-02-000000_state/up.sql",
  ],
  [
    "Diesel, its file",
    "diesel/2024-01-03-000000_remark/up.sql",
    "diesel",
    "2024-01-01-000000_orders/up.sql",
    "2024-01-02-000000_state/up.sql",
  ],
  [
    "sqlx",
    "sqlx/migrations/20240103000000_remark.up.sql",
    "sqlx/migrations",
    "20240101000000_orders.up.sql",
    "20240102000000_state.up.sql",
  ],
  [
    "Prisma",
    "prisma/20240103000000_remark",
    "prisma",
    "20240101000000_orders/migration.sql",
    "20240102000000_state/migration.sql",
  ],
  [
    "Prisma, its file",
    "prisma/20240103000000_remark/migration.sql",
    "prisma",
    "20240101000000_orders/migration.sql",
    "20240102000000_state/migration.sql",
  ],
  ["Drizzle", "drizzle/0001_remark.sql", "drizzle", "0000_orders.sql", "0002_state.sql"],
  [
    "Drizzle, in folders",
    "drizzle-folders/20240103000000_remark",
    "drizzle-folders",
    "20240101000000_orders/migration.sql",
    "20240102000000_state/migration.sql",
  ],
  [
    "node-pg-migrate",
    "node-pg-migrate/1700000000003_remark.sql",
    "node-pg-migrate",
    "1700000000001_orders.sql",
    "1700000000002_state.sql",
  ],
  [
    "Supabase",
    "supabase/migrations/20240103000000_remark.sql",
    "supabase/migrations",
    "20240101000000_orders.sql",
    "20240102000000_state.sql",
  ],
  ["Sqitch", "sqitch/deploy/remark.sql", "sqitch", "deploy/orders.sql", "deploy/state.sql"],
  [
    "Atlas",
    "atlas/20240103000000_remark.sql",
    "atlas",
    "20240101000000_orders.sql",
    "20240102000000_state.sql",
  ],
];

test.each(projects)(
  "%s: what stands before a migration, and a directory of them",
  async (_, given, directory, ...before) => {
    const inside = (path: string): string => relative(join(fixtures, directory), path);
    const earlier = await readEarlierMigrations(join(fixtures, given));
    expect(earlier.map(({ path }) => inside(path))).toEqual(before);
    const all = (await readMigrations([join(fixtures, directory)])).map(({ path }) => inside(path));
    expect(all.slice(0, 2)).toEqual(before);
    expect(join(fixtures, directory, all[2] ?? "")).toContain(given.split("/").at(-1));
    expect(all).toHaveLength(directory === "flyway" ? 4 : 3);
  },
);

test.each(projects)("%s: a check with nothing configured", async (_, given) => {
  const report = await shop.checked("", {
    migrations: [join(fixtures, given)],
    old: [workload({ list: "select id, note, state from orders", count: "select count(*) from orders" })],
  });
  const line = report.files[0]?.steps.at(0)?.line;
  expect(brief(report).filter(({ severity }) => severity === "error")).toEqual([
    {
      code: "statement-breaks",
      severity: "error",
      when: "after-change",
      statement: "list",
      line: report.findings[0]?.line,
      sqlstate: "42703",
    },
  ]);
  expect(report.verdict).toBe("unsafe");
  expect(line).toBeGreaterThan(0);
});

describe("how a tool runs a file decides what can be in it", () => {
  const concurrently = "create index concurrently orders_by_note on orders (note);";
  const table = "create table orders (note text);";

  test.each([
    ["golang-migrate, alone", "2.up.sql", concurrently, true],
    ["golang-migrate, with another", "2.up.sql", `${concurrently} select 1;`, false],
    [
      "golang-migrate, between its own transactions",
      "2.up.sql",
      `begin; select 1; commit; ${concurrently}`,
      false,
    ],
    ["golang-migrate, told so", "2.up.sql", `-- interlock: no transaction\n${concurrently} select 1;`, true],
    ["Prisma, alone", "2_x/migration.sql", concurrently, true],
    ["Prisma, with another", "2_x/migration.sql", `set lock_timeout = '1s'; ${concurrently}`, false],
    ["Drizzle", "2.sql", `select 1;\n--> statement-breakpoint\n${concurrently}`, false],
    ["Diesel", "2_x/up.sql", concurrently, false],
    ["sqlx", "2.sql", `-- no-transaction\n${concurrently}`, true],
    ["sqlx, with another", "2.sql", `-- no-transaction\n${concurrently} select 1;`, false],
    ["goose", "2.sql", `-- +goose Up\n${concurrently}`, false],
    ["goose, told so", "2.sql", `-- +goose NO TRANSACTION\n-- +goose Up\n${concurrently} select 1;`, true],
    ["dbmate, told so", "2.sql", `-- migrate:up transaction:false\n${concurrently}`, true],
    [
      "dbmate, told so, with another",
      "2.sql",
      `-- migrate:up transaction:false\n${concurrently} select 1;`,
      false,
    ],
    ["sql-migrate, told so", "2.sql", `-- +migrate Up notransaction\n${concurrently} select 1;`, true],
    ["node-pg-migrate", "2.sql", `-- Up Migration\n${concurrently}`, false],
    ["Flyway, alone", "V2__x.sql", `${concurrently} drop index concurrently orders_by_note;`, true],
    ["Flyway, with another", "V2__x.sql", `select 1; ${concurrently}`, false],
    ["Atlas, told so", "2.sql", `-- atlas:txmode none\n${concurrently} select 1;`, true],
    ["Supabase", "supabase/migrations/2_x.sql", `select 1; ${concurrently}`, true],
    ["plain files", "2.sql", `select 1; ${concurrently}`, true],
  ])("%s", async (_, path, text, applies) => {
    const report = await shop.checked("", {
      migrations: migrationsOf([{ path, text }]),
      baseline: migrationsOf([{ path: "1.sql", text: table }]),
      old: [workload({ count: "select count(*) from orders" })],
    });
    const refused = { code: "migration-does-not-apply", sqlstate: "25001" };
    expect(report.verdict).toBe(applies ? "safe" : "unknown");
    expect(report.findings.filter(({ severity }) => severity === "error")).toMatchObject(
      applies ? [] : [refused],
    );
    expect(report.findings.filter(({ hint }) => hint?.startsWith("Correct the migration"))).toEqual([]);
  });
});

test("files that are handed on keep what the directory says of them", async () => {
  const directory = join(fixtures, "atlas");
  const [first] = await readMigrationFiles([directory]);
  expect(first?.tool).toBe("Atlas");
  const [migration] = migrationsOf(first === undefined ? [] : [first]);
  expect(migration?.outsideTransaction).toMatch(/atlas:txmode/);
});

describe("a program among the migrations", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "interlock-programs-"));
    await writeFile(join(directory, "1_a.sql"), "select 1;");
    await writeFile(join(directory, "2_b.go"), "package migrations");
    await writeFile(join(directory, "3_c.sql"), "select 1;");
    return () => rm(directory, { recursive: true });
  });

  test("is told where it stands before what is checked", async () => {
    await expect(readEarlierMigrations(join(directory, "3_c.sql"))).rejects.toThrowError(
      /2_b\.go is a program/,
    );
    await expect(readMigrations([directory])).rejects.toMatchObject({ code: "migration-is-a-program" });
  });

  test("is no matter behind it", async () => {
    expect(await readEarlierMigrations(join(directory, "1_a.sql"))).toEqual([]);
  });
});

describe("several files that are pending at once", () => {
  const adds = "alter type mood add value 'calm';\n--> statement-breakpoint\nselect 1;";
  const uses = "alter table people alter column m set default 'calm';";

  test.each([
    ["Drizzle: in one transaction", ["1.sql", "2.sql"], "Drizzle", "unknown"],
    ["plain files: each in its own", ["1.sql", "2.sql"], "plain", "safe"],
    ["Drizzle: the value has been there before", ["2.sql"], "Drizzle", "safe"],
  ])("%s", async (_, change, tool, verdict) => {
    const texts: Readonly<Record<string, string>> = { "1.sql": adds, "2.sql": uses };
    const files = Object.entries(texts).map(([path, text]) => ({ path, text, tool }));
    const report = await shop.checked("", {
      baseline: migrationsOf([
        { path: "0.sql", text: "create type mood as enum ('glad'); create table people (m mood);" },
        ...files.filter(({ path }) => !change.includes(path)),
      ]),
      migrations: migrationsOf(files.filter(({ path }) => change.includes(path))),
      old: [workload({ count: "select count(*) from people" })],
    });
    expect(report.verdict).toBe(verdict);
    expect(report.findings.filter(({ severity }) => severity === "error")).toMatchObject(
      verdict === "safe"
        ? []
        : [{ code: "migration-does-not-apply", sqlstate: "55P04", file: "2.sql", line: 1 }],
    );
  });
});
