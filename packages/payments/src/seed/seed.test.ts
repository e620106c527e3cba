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
  const { rows } = await sql.query<Record<string, number>>(
    `select count(*) filter (where is_paid)::integer as paid, count(*) filter (where is_refunded)::integer as refunded,
       count(*) filter (where is_refunded and not is_paid)::integer as contradicting,
       count(*) filter (where is_paid and amount_refunded_cents > 0 and not is_refunded)::integer as refunded_in_part,
       count(*) filter (where is_paid and not auto_capture)::integer as captured,
       count(*) filter (where failure_code = 'aborted')::integer as aborted,
       count(*) filter (where authorized_at is not null and not is_paid and failure_code is null)::integer as authorized,
       count(*) filter (where greatest(paid_at, authorized_at) > now())::integer as yet_to_come
     from payments`,
  );
  expect(rows[0]).toEqual({
    paid: 2_640,
    refunded: 120,
    contradicting: 0,
    refunded_in_part: 60,
    captured: 240,
    aborted: 60,
    authorized: expect.any(Number) as number,
    yet_to_come: 0,
  });
  expect(rows[0]?.["authorized"]).toBeGreaterThan(0);

  // The acquirer goes on where the past ends: it gives back what is left, and captures what is held.
  const journal = new Journal(path);
  const ask = async (kind: "refund" | "capture", request: object): Promise<string> => {
    const { rows: found } = await sql.query<{ authorisation: string; cents: number }>(
      kind === "refund"
        ? `select attempt_id as authorisation, amount_cents - amount_refunded_cents as cents from payments
           where is_paid and not is_refunded and amount_refunded_cents > 0 limit 1`
        : `select attempt_id as authorisation, authorized_amount_cents as cents from payments
           where authorized_at is not null and not is_paid and failure_code is null
           order by created_at desc limit 1`,
    );
    const { authorisation = "", cents = 0 } = found[0] ?? {};
    const wanted = { reference: `${kind}_test`, authorisation, amountCents: cents, ...request };
    return (await close({ journal, now: Date.now }, { kind, request: wanted })).state;
  };
  expect(await ask("refund", {})).toBe("approved");
  expect(await ask("refund", { reference: "too_much", amountCents: 1 })).toBe("declined");
  expect(await ask("capture", {})).toBe("approved");
  journal.close();

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
