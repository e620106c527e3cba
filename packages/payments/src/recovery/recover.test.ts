import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  approvedCard,
  differences,
  makePaid,
  startPlatform,
  terminalPayment,
  type Answer,
  type Platform,
} from "../testing/platform.ts";

const patienceMs = 30_000;

/** Asks again until `done` says so; an answer that never comes fails the test. */
async function until(ask: () => Promise<Answer>, done: (answer: Answer) => boolean): Promise<Answer> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (done(answer)) return answer;
    if (Date.now() > end) throw new Error(`still ${answer.text}`);
    await sleep(50);
  }
}

describe("an outcome that nobody heard of", () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await startPlatform({
      version: "2.2.0",
      migrated: false,
      workerFlags: { "recover-after-ms": 300, "recover-every-ms": 100 },
    });
  });
  afterAll(async () => platform.stop());

  const create = async (amount: number): Promise<string> => {
    const body = { amount, currency: "EUR" };
    return String((await platform.call({ method: "POST", path: "/v1/payments", body })).json["id"]);
  };
  const pay = async (id: string, number = approvedCard.card_number): Promise<Answer> =>
    platform.call({
      method: "POST",
      path: `/pay/${id}`,
      body: { ...approvedCard, card_number: number },
      key: null,
    });

  test("an approval whose answer is lost is found by inquiry", async () => {
    const id = await create(1_500);
    expect(await pay(id, "4000000000000044")).toMatchObject({ status: 200, json: { is_paid: true } });
  });

  test("a decline whose answer is lost is found by inquiry", async () => {
    const id = await create(1_500);
    expect((await pay(id, "4000000000000051")).json).toMatchObject({ failure: { code: "card_declined" } });
  });

  test("at a terminal as well", async () => {
    const paid = await platform.nexo("Login", { DateTime: "2026-01-01T00:00:00Z" });
    expect(paid).toMatchObject({ Response: { Result: "Success" } });
    const lost = await platform.nexo("Payment", terminalPayment(12.34, "4000000000000044"));
    expect(lost).toMatchObject({
      Response: { Result: "Success" },
      PaymentResult: { AmountsResp: { AuthorizedAmount: 12.34 } },
    });
  });

  test("with the acquirer down, 504; nothing moves until it is back; then it is settled once", async () => {
    const paidBefore = await makePaid(platform, 2_000);
    const id = await create(1_500);
    await platform.acquirer.kill();
    expect((await pay(id)).status).toBe(504);
    const refund = {
      method: "POST",
      path: `/v1/payments/${paidBefore}/refunds`,
      body: { amount: 500 },
      headers: { "idempotency-key": "while-down" },
    };
    expect((await platform.call(refund)).status).toBe(504);
    expect((await platform.call(refund)).status).toBe(409);
    const abort = { method: "PATCH", path: `/v1/payments/${id}`, body: { aborted: true } };
    expect((await platform.call(abort)).status).toBe(409);

    await platform.restartAcquirer();
    const failed = await until(
      async () => platform.call({ path: `/v1/payments/${id}` }),
      ({ json }) => json["failure"] !== null,
    );
    // The acquirer never heard of it, and after the inquiry it never will.
    expect(failed.json).toMatchObject({ is_paid: false, failure: { code: "timeout" } });
    const answered = await until(
      async () => platform.call(refund),
      ({ status }) => status !== 409,
    );
    expect(answered.status).toBe(400);
    expect((await platform.call(refund)).text).toBe(answered.text);
    const seen = await platform.call({ path: `/v1/payments/${paidBefore}` });
    expect(seen.json).toMatchObject({ amount_refunded: 0, is_refunded: false });
  });

  test("an approval that the api did not live to write down is settled after its restart, once", async () => {
    const id = await create(3_000);
    const attempt = "att_unfinished";
    // What a process leaves that is killed between the acquirer's approval and its own last statement.
    await platform.sql.query("update payments set attempt_id = $2::text where id = $1::text", [id, attempt]);
    const approved = await fetch(`${platform.acquirer.url}/authorisations`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        reference: attempt,
        amountCents: 3_000,
        instrument: { card: { number: "4242424242424242", expMonth: 12, expYear: 2040 } },
        capture: true,
        challenge: "none",
      }),
    });
    expect(await approved.json()).toMatchObject({ state: "approved" });
    await platform.sql.query(
      `insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
       values ($1::text, 'payment', $2::text, 3000, 'pending')`,
      [attempt, id],
    );
    const paid = await until(
      async () => platform.call({ path: `/v1/payments/${id}` }),
      ({ json }) => json["is_paid"] === true,
    );
    expect(paid.json["amount"]).toBe(3_000);
    expect(await differences(platform.sql)).toEqual([]);
  });
});
