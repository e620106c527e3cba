import { afterAll, beforeAll, expect, test } from "vitest";
import { openContext, type OpenContext } from "../testing/open-context.ts";
import { startPlatform, type Platform } from "../testing/platform.ts";
import type { Caller, Context } from "./context.ts";
import { createPayment } from "./endpoints/create-payment.ts";
import { getPayment } from "./endpoints/get-payment.ts";
import { listPayments } from "./endpoints/list-payments.ts";
import { payWithCard } from "./paying/pay-with-card.ts";

// Each statement and each question to the acquirer is a journey there and back, so their number is kept by a test.
const caller: Caller = { merchantId: "acc_000001", isLive: false };
const card = { number: "4242424242424242", expMonth: 12, expYear: 2040, cvv: "123" };
const empty = { params: {}, query: {}, headers: {}, body: null, caller };
const body = { amount: 1_000, currency: "EUR" };

let platform: Platform;
let open: OpenContext;
let context: Context;
let journeys: string[] = [];
beforeAll(async () => {
  platform = await startPlatform({ version: "2.3.0", migrated: true });
  open = await openContext(platform, "2.3.0");
  const { database, acquirer } = open.context;
  context = {
    ...open.context,
    database: {
      ...database,
      async run(statement, values) {
        journeys.push(statement.name);
        return database.run(statement, values);
      },
    },
    acquirer: {
      ...acquirer,
      async authorise(request) {
        journeys.push("authorise");
        return acquirer.authorise(request);
      },
      async inquire(reference) {
        journeys.push("inquire");
        return acquirer.inquire(reference);
      },
    },
  };
});
afterAll(async () => {
  await open.close();
  await platform.stop();
});

async function during<Result>(work: () => Promise<Result>): Promise<{ result: Result; journeys: string[] }> {
  journeys = [];
  const result = await work();
  return { result, journeys };
}

async function create(headers: Record<string, string> = {}) {
  if (createPayment.access !== "merchant") throw new Error("creating a payment takes a key");
  return createPayment.handle(context, { ...empty, headers, body });
}

test("a new payment is one statement, also with an Idempotency-Key", async () => {
  expect((await during(create)).journeys).toEqual(["insert-payment"]);
  const once = await during(async () => create({ "idempotency-key": "hot" }));
  expect(once.journeys).toEqual(["insert-payment-once"]);
});

test("paying it is one statement, the acquirer, one statement; looking at it is one", async () => {
  const { id } = JSON.parse((await create()).body) as { id: string };
  const paid = await during(async () => payWithCard(context, { id, card, saveCard: false }));
  expect(paid.journeys).toEqual(["begin-attempt", "authorise", "settle-payment"]);
  if (getPayment.access !== "merchant" || listPayments.access !== "merchant")
    throw new Error("these take a key");
  const { handle: get } = getPayment;
  const { handle: list } = listPayments;
  const seen = await during(async () => get(context, { ...empty, params: { id } }));
  expect(seen.journeys).toEqual(["get-payment"]);
  expect((await during(async () => list(context, empty))).journeys).toEqual(["list-payments"]);
});

test.each([
  "get-payment",
  "begin-attempt",
  "settle-payment",
  "list-payments",
  "begin-capture",
  "settle-capture",
])("%s finds its rows by index, however many there are", async (name) => {
  const { sql } = platform;
  const found = Object.values(context.statements).find((statement) => statement.name === name);
  await sql.query("begin");
  // What remains of a sequential scan then is where there is no index that would do.
  await sql.query("set local enable_seqscan = off");
  await sql.query("set local plan_cache_mode = force_generic_plan");
  await sql.query(`prepare hot as ${found?.sql ?? ""}`);
  const { rows: types } = await sql.query<{ count: number }>(
    "select cardinality(parameter_types)::integer as count from pg_prepared_statements where name = 'hot'",
  );
  const values = Array.from({ length: types[0]?.count ?? 0 }, () => "null").join(", ");
  const { rows } = await sql.query<{ "QUERY PLAN": string }>(`explain execute hot (${values})`);
  await sql.query("rollback");
  await sql.query("deallocate hot");
  const plan = rows.map((row) => row["QUERY PLAN"]).join("\n");
  expect(plan).toContain("Index");
  expect(plan).not.toContain("Seq Scan");
});
