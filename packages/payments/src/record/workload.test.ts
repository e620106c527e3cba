import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { releases } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import type { Statement } from "../database/statement.ts";
import { terminalStatements } from "../terminals/statements/all.ts";
import { approvedCard, migrate, startPlatform, terminalPayment, type Platform } from "../testing/platform.ts";

interface Workload {
  statements: { name: string; sql: string }[];
}

async function readWorkload(name: string): Promise<Workload> {
  const file = new URL(`../../changes/01-paid-refunded-to-status/workloads/${name}.json`, import.meta.url);
  return JSON.parse(await readFile(file, "utf8")) as Workload;
}

const catalogues: [string, Record<string, Statement>][] = [
  ...releases.map((release): [string, Record<string, Statement>] => [
    `payments@${release.version}`,
    apiStatements(release),
  ]),
  ["terminals@1.0.0", terminalStatements],
];

describe("the change from 2.2.0 to 2.3.0", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({ version: "2.2.0", migrated: false });
  });
  afterAll(async () => platform.stop());

  /** SQLSTATE of each statement that can't be prepared now, by name. */
  const broken = async (
    statements: Iterable<{ name: string; sql: string }>,
  ): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for (const { name, sql } of statements) {
      await platform.sql.query(`prepare candidate as ${sql}`).then(
        async () => platform.sql.query("deallocate candidate"),
        (error: { code?: string }) => {
          found[name] = error.code ?? "?";
        },
      );
    }
    return found;
  };

  test.each(catalogues)("the recorded workload of %s is what the code sends", async (name, catalogue) => {
    const { statements } = await readWorkload(name);
    const written = Object.fromEntries(statements.map((entry) => [entry.name, entry.sql]));
    const sent = Object.values(catalogue).map((entry) => [
      entry.name,
      entry.sql.replace(/^-- name: .*\n/, ""),
    ]);
    expect(written).toEqual(Object.fromEntries(sent));
  });

  test("neither order works: each release fits its own structure only, terminals fit both", async () => {
    const { statements: old } = await readWorkload("payments@2.2.0");
    const { statements: next } = await readWorkload("payments@2.3.0");
    const { statements: pos } = await readWorkload("terminals@1.0.0");
    expect(await broken([...old, ...pos])).toEqual({});
    expect(await broken(next)).toMatchObject({ "insert-payment": "42703", "list-payments": "42703" });

    await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" });
    const create = { method: "POST", path: "/v1/payments", body: { amount: 500, currency: "EUR" } };
    const before = await platform.call(create);
    expect(before.status).toBe(201);
    await platform.call({
      method: "POST",
      path: `/pay/${String(before.json["id"])}`,
      body: approvedCard,
      key: null,
    });

    await migrate(platform.sql);

    expect(await broken([...next, ...pos])).toEqual({});
    expect(await broken(old)).toMatchObject({ "insert-payment": "42703", "list-payments": "42703" });
    const { rows } = await platform.sql.query("select status from payments");
    expect(rows).toEqual([{ status: "paid" }]);

    // 17 December: the structure has changed, the application has not.
    expect((await platform.call(create)).status).toBe(500);
    expect((await platform.call({ path: "/v1/payments" })).status).toBe(500);
    const terminal = await platform.nexo("Payment", terminalPayment(10));
    expect(terminal).toMatchObject({ Response: { Result: "Success" } });
  });
});
