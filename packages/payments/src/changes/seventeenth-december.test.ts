import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findRelease } from "../api/releases/all.ts";
import { apiStatements } from "../api/statements/all.ts";
import type { Statement } from "../database/statement.ts";
import { terminalStatements } from "../terminals/statements/all.ts";
import { makePaid, migrate, startPlatform, terminalPayment, type Platform } from "../testing/platform.ts";

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.2.0", migrated: false });
});
afterAll(async () => platform.stop());

/** SQLSTATE of each statement that can't be prepared now, by name. */
async function broken(statements: Record<string, Statement>): Promise<Record<string, string>> {
  // A session of its own: one that knows the old structure would answer from what it has prepared.
  const sql = new Client(platform.databaseUrl);
  await sql.connect();
  const found: Record<string, string> = {};
  for (const one of Object.values(statements)) {
    await sql.query(`prepare candidate as ${one.sql}`).then(
      async () => sql.query("deallocate candidate"),
      (error: { code?: string }) => (found[one.name] = error.code ?? "?"),
    );
  }
  await sql.end();
  return found;
}

test("neither order works: each release fits its own structure only, terminals fit both", async () => {
  const [old, next] = [apiStatements(findRelease("2.2.0")), apiStatements(findRelease("2.3.0"))];
  const needsStatus = { "insert-payment": "42703", "list-payments": "42703", "begin-attempt": "42703" };
  expect(await broken({ ...old, ...terminalStatements })).toEqual({});
  expect(await broken(next)).toMatchObject(needsStatus);
  await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" });
  const id = await makePaid(platform, 500);

  await migrate(platform.sql);

  expect(await broken({ ...next, ...terminalStatements })).toEqual({});
  expect(await broken(old)).toMatchObject(needsStatus);
  const { rows } = await platform.sql.query("select id, status from payments");
  expect(rows).toEqual([{ id, status: "paid" }]);

  // 17 December: the structure has changed, the application has not.
  const create = { method: "POST", path: "/v1/payments", body: { amount: 500, currency: "EUR" } };
  expect((await platform.call(create)).status).toBe(500);
  expect((await platform.call({ path: "/v1/payments" })).status).toBe(500);
  const terminal = await platform.nexo("Payment", terminalPayment(10));
  expect(terminal).toMatchObject({ Response: { Result: "Success" } });
});
