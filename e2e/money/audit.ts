import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { differences } from "../../packages/payments/src/testing/platform.ts";
import type { Acknowledged } from "./acknowledged.ts";

const patienceMs = 90_000;

/** Waits until nobody owes anybody an answer. Throws when that does not come about. */
export async function untilQuiet(sql: Client): Promise<void> {
  let left: unknown;
  for (const untilMs = Date.now() + patienceMs; Date.now() < untilMs; await sleep(100)) {
    const { rows } = await sql.query<{ pending: number; waiting: number; open: number }>(
      `select (select count(*)::integer from acquirer_operations where finished_at is null)
           as pending,
         (select count(*)::integer from notifications where state = 'waiting') as waiting,
         (select count(*)::integer from idempotency_keys where status_code is null and subject_id is not null)
           as open`,
    );
    left = rows[0];
    if (rows[0]?.pending === 0 && rows[0].waiting === 0) return;
  }
  throw new Error(`recovery does not come to an end: ${JSON.stringify(left)}`);
}

/** Everything that is not as clients were told, or does not add up: empty when all is well. */
export async function audit(sql: Client, said: Acknowledged): Promise<string[]> {
  const wrong = said.contradictions.map((text) => `contradiction: ${text}`);
  for (const difference of await differences(sql)) {
    const { what, id } = difference as { what: string; id: string };
    wrong.push(`${what}: ${id}`);
  }
  wrong.push(...(await auditPayments(sql, said)), ...(await auditRefunds(sql, said)));
  wrong.push(...(await auditTerminals(sql, said)), ...(await auditNotifications(sql)));
  return wrong;
}

async function auditPayments(sql: Client, said: Acknowledged): Promise<string[]> {
  const wrong: string[] = [];
  const { rows } = await sql.query<{ id: string; is_paid: boolean; failure_code: string | null }>(
    "select id, is_paid, failure_code from payments",
  );
  const payments = new Map(rows.map((row) => [row.id, row]));
  for (const [key, id] of said.created) {
    if (!payments.has(id)) wrong.push(`payment ${id} of key ${key} is gone`);
  }
  const keys = await sql.query<{ key: string; body: string }>(
    'select key, body from idempotency_keys where status_code = 201 and body like \'%"object":"payment"%\'',
  );
  for (const { key, body } of keys.rows) {
    const id = (JSON.parse(body) as { id: string }).id;
    if ((said.created.get(key) ?? id) !== id) wrong.push(`key ${key} stands for another payment`);
  }
  if (keys.rows.length !== rows.length) {
    wrong.push(`${String(keys.rows.length)} keys have made ${String(rows.length)} payments`);
  }
  for (const [id, outcome] of said.outcomes) {
    const row = payments.get(id);
    const now =
      row?.is_paid === true ? "paid" : row?.failure_code === "aborted" ? "aborted" : row?.failure_code;
    if (outcome === "failed" ? typeof now !== "string" || now === "paid" : now !== outcome) {
      wrong.push(`payment ${id} was said to be ${outcome} and is ${String(now)}`);
    }
  }
  return wrong;
}

async function auditRefunds(sql: Client, said: Acknowledged): Promise<string[]> {
  const wrong: string[] = [];
  const { rows } = await sql.query<{ id: string; amount_cents: number; state: string }>(
    "select id, amount_cents, state from refunds",
  );
  const refunds = new Map(rows.map((row) => [row.id, row]));
  for (const [id, { amountCents }] of said.refunds) {
    const row = refunds.get(id);
    if (row?.state !== "succeeded" || row.amount_cents !== amountCents) {
      wrong.push(`refund ${id} of ${String(amountCents)} is ${JSON.stringify(row)}`);
    }
  }
  return wrong;
}

async function auditTerminals(sql: Client, said: Acknowledged): Promise<string[]> {
  const wrong: string[] = [];
  const { rows } = await sql.query<{ name: string; state: string; booked: number }>(
    `select poi_id || '/' || service_id as name, state,
       (select count(*)::integer from ledger_transfers where kind = 'capture' and reference = terminal_transactions.id)
         as booked
     from terminal_transactions`,
  );
  const transactions = new Map(rows.map((row) => [row.name, row]));
  for (const { name, state, booked } of rows) {
    if ((state === "approved") !== (booked === 1))
      wrong.push(`${name} is ${state}, booked ${String(booked)} times`);
  }
  for (const [name, result] of said.atTerminals) {
    const state = transactions.get(name)?.state;
    if ((result === "Success") !== (state === "approved")) {
      wrong.push(`${name} was said to be ${result} and is ${String(state)}`);
    }
  }
  return wrong;
}

/** Every payment that was paid has told its merchant so. */
async function auditNotifications(sql: Client): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `select id from payments where is_paid and notification_url is not null
       and not exists (select from notifications
         where subject_id = payments.id and event = 'payment.paid' and state = 'delivered')`,
  );
  return rows.map(({ id }) => `nobody was told that ${id} is paid`);
}
