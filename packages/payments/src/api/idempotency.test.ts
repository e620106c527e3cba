import { afterAll, beforeAll, expect, test } from "vitest";
import { openContext, type OpenContext } from "../testing/open-context.ts";
import {
  approvedCard,
  differences,
  makePaid,
  startPlatform,
  type Answer,
  type Platform,
} from "../testing/platform.ts";
import type { Caller } from "./context.ts";
import { createPayment } from "./endpoints/create-payment.ts";
import { createRefund } from "./endpoints/create-refund.ts";
import { KeyTakenOver } from "./refusal.ts";

// What a storm of equal requests can't bring about: a request that dies, and one that comes back late.
const caller: Caller = { merchantId: "acc_000001", isLive: false };
let platform: Platform;
let open: OpenContext;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.3.0", migrated: true });
  open = await openContext(platform, "2.3.0");
});
afterAll(async () => {
  await open.close();
  await platform.stop();
});

const refund = async (id: string, key: string): Promise<Answer> =>
  platform.call({
    method: "POST",
    path: `/v1/payments/${id}/refunds`,
    body: { amount: 100 },
    headers: { "idempotency-key": key },
  });
/** Takes the answer of a key away, as if its request had died before it kept one, an hour ago. */
const forgetAnswer = async (key: string): Promise<unknown> =>
  platform.sql.query(
    `update idempotency_keys set status_code = null, body = null, claimed_at = now() - interval '1 hour'
     where key = $1::text`,
    [key],
  );
const refundsOf = async (id: string): Promise<unknown> =>
  (await platform.call({ path: `/v1/payments/${id}/refunds` })).json["count"];

test("died before it began anything: the same request, a while later, begins it", async () => {
  const id = await makePaid(platform, 1_000);
  await platform.sql.query("update payments set paid_at = now() - interval '1 year' where id = $1::text", [
    id,
  ]);
  expect((await refund(id, "died-early")).status).toBe(400);
  await platform.sql.query("update payments set paid_at = now() where id = $1::text", [id]);
  expect((await refund(id, "died-early")).status).toBe(400);
  await forgetAnswer("died-early");
  expect((await refund(id, "died-early")).status).toBe(201);
  expect(await refundsOf(id)).toBe(1);
});

test("died after it gave the money back: the same answer, and no second refund", async () => {
  const id = await makePaid(platform, 1_000);
  const given = await refund(id, "died-late");
  await forgetAnswer("died-late");
  const again = await Promise.all([refund(id, "died-late"), refund(id, "died-late")]);
  expect(again.map(({ status, text }) => [status, text])).toEqual([
    [201, given.text],
    [201, given.text],
  ]);
  expect(await refundsOf(id)).toBe(1);
});

test("its answer is 409 as long as the outcome is not known", async () => {
  const id = await makePaid(platform, 1_000);
  const given = await refund(id, "unknown-yet");
  await forgetAnswer("unknown-yet");
  const state = async (value: string): Promise<unknown> =>
    platform.sql.query("update refunds set state = $2::text where payment_id = $1::text", [id, value]);
  await state("pending");
  expect((await refund(id, "unknown-yet")).status).toBe(409);
  await state("succeeded");
  expect((await refund(id, "unknown-yet")).text).toBe(given.text);
});

test("held up for so long that an equal request took the key over: it does nothing, and leaves the answer to that one", async () => {
  const paid = await makePaid(platform, 1_000);
  const card = await saveCard();
  if (createPayment.access !== "merchant" || createRefund.access !== "merchant")
    throw new Error("both take a key");
  const charge = createPayment.handle.bind(createPayment);
  const giveBack = createRefund.handle.bind(createRefund);
  for (const { key, begin } of [
    {
      key: "late-refund",
      begin: async (headers: Record<string, string>) =>
        giveBack(late("late-refund"), {
          params: { id: paid },
          query: {},
          headers,
          body: { amount: 100 },
          caller,
        }),
    },
    {
      key: "late-charge",
      begin: async (headers: Record<string, string>) =>
        charge(late("late-charge"), {
          params: {},
          query: {},
          headers,
          body: { amount: 4_321, currency: "EUR", payment_method: card },
          caller,
        }),
    },
  ]) {
    await expect(begin({ "idempotency-key": key })).rejects.toThrow(KeyTakenOver);
    const { rows } = await platform.sql.query(
      "select subject_id, status_code from idempotency_keys where key = $1::text",
      [key],
    );
    expect(rows).toEqual([{ subject_id: "re_another", status_code: null }]);
  }
  expect(await refundsOf(paid)).toBe(0);
  const { rows } = await platform.sql.query("select id from payments where amount_cents = 4321");
  expect(rows).toEqual([]);
  expect(await differences(platform.sql)).toEqual([]);
});

/** A context in which, right after a key was claimed, somebody else takes it over and begins something. */
function late(key: string): OpenContext["context"] {
  const { context } = open;
  return {
    ...context,
    database: {
      ...context.database,
      async run<Row extends object>(
        ...[statement, values]: Parameters<typeof context.database.run>
      ): Promise<Row[]> {
        const rows = await context.database.run<Row>(statement, values);
        if (statement === context.statements.claimKey) {
          await platform.sql.query(
            "update idempotency_keys set subject_id = 're_another' where key = $1::text",
            [key],
          );
        }
        return rows;
      },
    },
  };
}

async function saveCard(): Promise<string> {
  const body = { amount: 1_000, currency: "EUR", save_card: true };
  const { json } = await platform.call({ method: "POST", path: "/v1/payments", body });
  const id = String(json["id"]);
  await platform.call({ method: "POST", path: `/pay/${id}`, body: approvedCard, key: null });
  const seen = (await platform.call({ path: `/v1/payments/${id}` })).json as { card: { id: string } };
  return seen.card.id;
}
