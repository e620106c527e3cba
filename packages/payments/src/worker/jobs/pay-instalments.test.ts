import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testCards } from "../../acquirer/test-cards.ts";
import { newPayment, insertValues } from "../../api/paying/new-payment.ts";
import { findRelease } from "../../api/releases/all.ts";
import { apiStatements } from "../../api/statements/all.ts";
import { eventually } from "../../testing/eventually.ts";
import { approvedCard, differences, startPlatform, type Platform } from "../../testing/platform.ts";
import { startReceiver, type Receiver } from "../../testing/receiver.ts";

let platform: Platform;
let receiver: Receiver;
beforeAll(async () => {
  platform = await startPlatform({
    version: "2.2.0",
    migrated: false,
    workerFlags: { "recover-after-ms": 1_000, "recover-every-ms": 200 },
  });
  receiver = await startReceiver();
});
afterAll(async () => {
  await platform.stop();
  await receiver.stop();
});

type Json = Record<string, unknown>;

const later = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const schedule = [
  { date: "TODAY", amount: 1_500 },
  { date: later(30), amount: 1_000 },
  { date: later(60), amount: 500 },
];

async function createPlan(body: object = {}): Promise<Json> {
  const answer = await platform.call({
    method: "POST",
    path: "/v1/installment_plans",
    body: { currency: "EUR", schedule, ...body },
  });
  expect([answer.status, answer.text]).toEqual([201, expect.any(String)]);
  return answer.json;
}

const show = async (id: unknown): Promise<Json> =>
  (await platform.call({ path: `/v1/installment_plans/${String(id)}` })).json;

const paymentIds = (plan: Json): string[] =>
  (plan["schedule"] as { payment_ids: string[] }[]).flatMap(({ payment_ids: ids }) => ids);

async function payFirst(plan: Json, cardNumber: string = approvedCard.card_number): Promise<void> {
  const id = paymentIds(plan)[0] ?? "";
  const cvv = cardNumber === testCards.approvedAmericanExpress ? "1234" : "123";
  const body = { ...approvedCard, card_number: cardNumber, cvv };
  const { status } = await platform.call({ method: "POST", path: `/pay/${id}`, body, key: null });
  expect(status).toBe(200);
}

/** As if the day of the parts had come. */
async function makeDue(id: unknown, number: number): Promise<void> {
  await platform.sql.query(
    "update installments set due_on = (now() at time zone 'utc')::date where plan_id = $1 and number <= $2",
    [id, number],
  );
}

/** For each payment of a plan, how often the acquirer has approved it. */
async function approvals(planId: unknown): Promise<number[]> {
  const { rows } = await platform.sql.query<{ count: number }>(
    `select count(acquirer_operations.reference) filter (where state = 'approved')::integer as count
     from payments left join acquirer_operations on subject_id = payments.id
     where installment_plan_id = $1 group by payments.id`,
    [planId],
  );
  return rows.map(({ count }) => count);
}

describe("an installment plan", () => {
  test("is paid part by part with the card of the first one, and says so", async () => {
    const plan = await createPlan({
      notification_url: receiver.url,
      metadata: { order: 12 },
      billing: { country: "FR" },
    });
    const [first] = paymentIds(plan);
    expect(plan).toMatchObject({
      object: "installment_plan",
      is_active: true,
      is_fully_paid: false,
      failure: null,
    });
    expect((plan["hosted_payment"] as Json)["payment_url"]).toBe(`${platform.api.url}/pay/${String(first)}`);
    expect((plan["schedule"] as Json[])[0]).toEqual({ date: later(0), amount: 1_500, payment_ids: [first] });
    await payFirst(plan);
    const payment = await platform.call({ path: `/v1/payments/${String(first)}` });
    expect(payment.json).toMatchObject({
      is_paid: true,
      amount: 1_500,
      installment_plan_id: plan["id"],
      metadata: { order: 12 },
    });

    await makeDue(plan["id"], 2);
    const second = await eventually(
      async () => show(plan["id"]),
      (now) => paymentIds(now).length === 2,
    );
    expect(second).toMatchObject({ is_active: true, is_fully_paid: false });
    await makeDue(plan["id"], 3);
    const whole = await eventually(
      async () => show(plan["id"]),
      (now) => now["is_fully_paid"] === true,
    );
    expect(whole).toMatchObject({ is_active: false, failure: null });
    for (const id of paymentIds(whole)) {
      const part = await platform.call({ path: `/v1/payments/${id}` });
      expect(part.json).toMatchObject({ is_paid: true, card: { last4: "4242" }, billing: { country: "FR" } });
    }
    expect(await approvals(plan["id"])).toEqual([1, 1, 1]);

    const told = (await receiver.until(6)).map(({ json }) => [
      json["object"],
      json["is_fully_paid"] ?? json["is_paid"],
    ]);
    expect(told.filter(([object]) => object === "payment")).toEqual(
      Array.from({ length: 3 }, () => ["payment", true]),
    );
    expect(told.filter(([object]) => object === "installment_plan").at(-1)).toEqual([
      "installment_plan",
      true,
    ]);
    expect(await differences(platform.sql)).toEqual([]);
  });

  test("ends when a part is declined; the parts after it are never charged", async () => {
    const plan = await createPlan();
    await payFirst(plan, testCards.declined);
    const failed = await eventually(
      async () => show(plan["id"]),
      (now) => now["is_active"] === false,
    );
    expect(failed).toMatchObject({ is_fully_paid: false, failure: { code: "card_declined" } });
    await makeDue(plan["id"], 3);
    const { rows } = await platform.sql.query(
      "select state from installments where plan_id = $1 order by number",
      [plan["id"]],
    );
    expect(rows).toEqual([{ state: "failed" }, { state: "aborted" }, { state: "aborted" }]);
  });

  test("ends when the saved card has been deleted, without a charge", async () => {
    const plan = await createPlan();
    await payFirst(plan, testCards.approvedAmericanExpress);
    const { json } = await platform.call({ path: `/v1/payments/${paymentIds(plan)[0] ?? ""}` });
    await eventually(
      async () => cardOf(plan["id"]),
      (card) => card !== null,
    );
    await platform.call({ method: "DELETE", path: `/v1/cards/${String((json["card"] as Json)["id"])}` });
    await makeDue(plan["id"], 2);
    const failed = await eventually(
      async () => show(plan["id"]),
      (now) => now["is_active"] === false,
    );
    expect(failed["failure"]).toMatchObject({ code: "method_unsupported" });
    expect((await approvals(plan["id"])).reduce((sum, count) => sum + count, 0)).toBe(1);
  });

  test("of which the first part is still unpaid when the second is due has timed out", async () => {
    const plan = await createPlan();
    await makeDue(plan["id"], 2);
    const ended = await eventually(
      async () => show(plan["id"]),
      (now) => now["is_active"] === false,
    );
    expect(ended["failure"]).toMatchObject({ code: "timeout" });
    const path = `/v1/payments/${paymentIds(plan)[0] ?? ""}`;
    const first = await eventually(
      async () => platform.call({ path }),
      ({ json }) => json["failure"] !== null,
    );
    expect(first.json["failure"]).toMatchObject({ code: "aborted" });
  });
});

async function cardOf(planId: unknown): Promise<string | null> {
  const { rows } = await platform.sql.query<{ card_id: string | null }>(
    "select card_id from installment_plans where id = $1",
    [planId],
  );
  return rows[0]?.card_id ?? null;
}

describe("aborting a plan", () => {
  test.each([{ aborted: true }, { abort: true }])(
    "with %j ends it, and its open payment with it",
    async (body) => {
      const plan = await createPlan();
      const path = `/v1/installment_plans/${String(plan["id"])}`;
      const aborted = await platform.call({ method: "PATCH", path, body });
      expect(aborted.json).toMatchObject({ is_active: false, failure: { code: "aborted" } });
      const first = paymentIds(plan)[0] ?? "";
      const paid = await platform.call({
        method: "POST",
        path: `/pay/${first}`,
        body: approvedCard,
        key: null,
      });
      expect(paid.status).toBe(409);
      // Again it is what it was; anybody else's is not there.
      expect((await platform.call({ method: "PATCH", path, body })).status).toBe(200);
      const key = platform.access.keys[1] ?? "";
      expect((await platform.call({ method: "PATCH", path, body, key })).status).toBe(404);
    },
  );

  test("keeps what is paid, charges nothing more, and is refused once all is paid", async () => {
    const plan = await createPlan();
    await payFirst(plan);
    await eventually(
      async () => cardOf(plan["id"]),
      (card) => card !== null,
    );
    const path = `/v1/installment_plans/${String(plan["id"])}`;
    await platform.call({ method: "PATCH", path, body: { aborted: true } });
    await makeDue(plan["id"], 3);
    const other = await createPlan({ schedule: schedule.slice(0, 2) });
    await payFirst(other);
    await makeDue(other["id"], 2);
    await eventually(
      async () => show(other["id"]),
      (now) => now["is_fully_paid"] === true,
    );
    // The worker has been through everything that was due by now.
    expect(paymentIds(await show(plan["id"]))).toHaveLength(1);
    const refused = await platform.call({
      method: "PATCH",
      path: `/v1/installment_plans/${String(other["id"])}`,
      body: { aborted: true },
    });
    expect(refused.status).toBe(409);
  });
});

describe("nothing is charged twice", () => {
  test("a part whose payment was made by a worker that was killed is charged by the next one", async () => {
    const plan = await createPlan();
    await payFirst(plan);
    const card = await eventually(
      async () => cardOf(plan["id"]),
      (found) => found !== null,
    );
    expect(card).not.toBeNull();
    // What the worker does first, and then it is killed.
    const caller = { merchantId: "acc_000001", isLive: false };
    const payment = newPayment(caller, {
      amountCents: 1_000,
      initiator: "MERCHANT",
      installmentPlanId: String(plan["id"]),
    });
    const { startPart } = apiStatements(findRelease("2.2.0"));
    const { rows } = await platform.sql.query(startPart.sql, [
      ...insertValues(caller, payment),
      plan["id"],
      2,
    ]);
    expect(rows).toHaveLength(1);
    const again = await platform.sql.query(startPart.sql, [
      ...insertValues(caller, { ...payment, row: { ...payment.row, id: "pay_other" } }),
      plan["id"],
      2,
    ]);
    expect(again.rows).toEqual([]);
    await platform.sql.query("update payments set created_at = now() - interval '11 seconds' where id = $1", [
      payment.row.id,
    ]);
    const path = `/v1/payments/${payment.row.id}`;
    await eventually(
      async () => platform.call({ path }),
      ({ json }) => json["is_paid"] === true,
    );
    expect(await approvals(plan["id"])).toEqual([1, 1]);
  });

  test("a part that the acquirer never heard of, because the worker was killed, is tried again", async () => {
    const plan = await createPlan({ schedule: schedule.slice(0, 2) });
    await payFirst(plan);
    const card = await eventually(
      async () => cardOf(plan["id"]),
      (found) => found !== null,
    );
    const caller = { merchantId: "acc_000001", isLive: false };
    const payment = newPayment(caller, {
      amountCents: 1_000,
      initiator: "MERCHANT",
      installmentPlanId: String(plan["id"]),
    });
    const { startPart, beginSavedAttempt } = apiStatements(findRelease("2.2.0"));
    await platform.sql.query(startPart.sql, [...insertValues(caller, payment), plan["id"], 2]);
    await makeDue(plan["id"], 2);
    const begun = await platform.sql.query(beginSavedAttempt.sql, [payment.row.id, "att_neversent", card]);
    expect(begun.rows).toHaveLength(1);
    const whole = await eventually(
      async () => show(plan["id"]),
      (now) => now["is_fully_paid"] === true,
    );
    const [, part] = whole["schedule"] as { payment_ids: string[] }[];
    expect(part?.payment_ids).toEqual([payment.row.id, expect.stringMatching(/^pay_/)]);
    expect((await approvals(plan["id"])).toSorted()).toEqual([0, 1, 1]);
  });

  test("with two workers, one of them killed while many parts are due", async () => {
    const plans = await Promise.all(
      Array.from({ length: 12 }, async () => createPlan({ schedule: schedule.slice(0, 2) })),
    );
    await Promise.all(plans.map(async (plan) => payFirst(plan)));
    const ids = plans.map((plan) => plan["id"]);
    const second = await platform.startWorker();
    await platform.sql.query(
      "update installments set due_on = (now() at time zone 'utc')::date where plan_id = any ($1)",
      [ids],
    );
    await eventually(
      async () =>
        platform.sql.query(
          "select from installments where plan_id = any ($1) and number = 2 and payment_id is not null",
          [ids],
        ),
      ({ rows }) => rows.length > 0,
    );
    await second.kill();
    await platform.sql.query(
      "update payments set created_at = now() - interval '11 seconds' where installment_plan_id = any ($1) and paid_at is null",
      [ids],
    );
    for (const id of ids) {
      await eventually(
        async () => show(id),
        (now) => now["is_fully_paid"] === true,
      );
      expect((await approvals(id)).filter((count) => count > 0)).toEqual([1, 1]);
    }
    expect(await differences(platform.sql)).toEqual([]);
  }, 40_000);
});
