import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationsOf } from "../../migration/read.ts";
import { openServer } from "../../shadow/open-server.ts";
import type { Lease } from "../../shadow/lease.ts";
import type { CheckReport } from "../report/check-report.ts";
import { check } from "../check.ts";

let directory: string;
let lease: Lease;
let admin: Client;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "interlock-visitor-"));
  lease = await openServer({ directory, settings: { fsync: "off" } });
  admin = new Client({ ...lease.address, database: "postgres" });
  await admin.connect();
  await admin.query(`create role maker login createdb createrole password 'x';
    create role plain login createdb password 'x';
    create role strong login createdb password 'x'; grant pg_read_server_files to strong`);
}, 60_000);
afterAll(async () => {
  await admin.end();
  lease.release();
  await rm(directory, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
});

function on(user: string, migration: string): Promise<CheckReport> {
  const { host, port, password = "" } = lease.address;
  return check({
    migrations: migrationsOf([{ path: "2.sql", text: migration }]),
    baseline: migrationsOf([{ path: "1.sql", text: "create table things (id int primary key, name text)" }]),
    old: [
      {
        format: "interlock-workload/1",
        app: "shop",
        version: "1",
        statements: [{ name: "list", sql: "select id, name from things" }],
      },
    ],
    shadowUrl: `postgresql://${user}:${user === "postgres" ? password : "x"}@${host}:${String(port)}/postgres`,
  });
}

describe("on a server of the user's", () => {
  test.each(["postgres", "maker", "plain"])(
    "SQL runs without rights where the address names %s",
    async (user) => {
      expect((await on(user, "create schema more; alter table things add column extra int")).verdict).toBe(
        "safe",
      );
      const hostile = await on(user, "copy things from program 'id'");
      expect(hostile.findings.map(({ code }) => code)).toEqual(["refused-by-sandbox"]);
      const { rows } = await admin.query(
        `select datname as name from pg_database where datname like 'interlock_%'
       union all select rolname from pg_roles where rolname like 'interlock_%'`,
      );
      expect(rows).toEqual([]);
    },
  );

  test("a role that may do too much and can make none that may less is refused", async () => {
    await expect(on("strong", "select 1")).rejects.toMatchObject({ code: "shadow-role-too-strong" });
  });
});
