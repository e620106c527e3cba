import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { openShadow, type Shadow } from "pg-interlock/shadow";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Journal } from "../acquirer/journal/journal.ts";
import { close } from "../acquirer/operations/close.ts";
import { applyMigrations } from "../database/apply-migrations.ts";
import { differences } from "../testing/platform.ts";
import { addMerchants, issueAccess } from "./access.ts";
import { addHistory } from "./add-history.ts";

let shadow: Shadow;
let sql: Client;
let directory: string;
beforeAll(async () => {
  shadow = await openShadow();
  directory = await mkdtemp(join(tmpdir(), "payments-seed-"));
  sql = new Client(shadow.connection(await shadow.createDatabase()));
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await shadow.close();
  await rm(directory, { recursive: true, force: true });
});

test("a past that adds up, shared with the acquirer; again, nothing is added", async () => {
  const path = join(directory, "journal.sqlite");
  await applyMigrations(sql);
  await addMerchants(sql);
  expect(await addHistory(sql, { payments: 3_000, journal: path })).toBe(3_000);
  expect(await differences(sql)).toEqual([]);
  const { rows } = await sql.query<{ paid: number; refunded: number; other: number }>(
    `select count(*) filter (where is_paid)::integer as paid, count(*) filter (where is_refunded)::integer as refunded,
       count(*) filter (where is_refunded and not is_paid)::integer as other from payments`,
  );
  expect(rows[0]).toEqual({ paid: 2_640, refunded: 120, other: 0 });

  const { rows: paid } = await sql.query<{ attempt_id: string; amount_cents: number }>(
    "select attempt_id, amount_cents from payments where is_paid and not is_refunded limit 1",
  );
  const journal = new Journal(path);
  const request = {
    reference: "re_test",
    authorisation: paid[0]?.attempt_id ?? "",
    amountCents: paid[0]?.amount_cents ?? 0,
  };
  const given = await close({ journal, now: Date.now }, { kind: "refund", request });
  journal.close();
  expect(given.state).toBe("approved");

  expect(await applyMigrations(sql)).toEqual([]);
  expect(await addHistory(sql, { payments: 5_000, journal: undefined })).toBe(3_000);
});

test("keys are kept as hashes only, and tokens are replaced", async () => {
  const first = await issueAccess(sql);
  const second = await issueAccess(sql);
  const keys = [...first.keys, ...first.liveKeys, ...second.keys, ...second.liveKeys];
  expect(new Set(keys).size).toBe(first.keys.length * 4);
  const { rows } = await sql.query<{ text: string }>(
    "select api_keys::text as text from api_keys union all select terminals::text from terminals union all select merchants::text from merchants",
  );
  const stored = rows.map(({ text }) => text).join("\n");
  const { password } = second.login;
  for (const secret of [...keys, password, ...second.terminals.map(({ token }) => token)]) {
    expect(stored).not.toContain(secret);
  }
});
