import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "../testing/eventually.ts";
import { approvedCard, startPlatform, type Platform } from "../testing/platform.ts";
import { startReceiver, type Receiver } from "../testing/receiver.ts";
import { createHttpClient, type HttpError, type Resource } from "./http-client.ts";
import { createLibrary, getKeysByLogin } from "./library.ts";

let platform: Platform;
let receiver: Receiver;
let library: ReturnType<typeof createLibrary>;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.3.0", migrated: true });
  receiver = await startReceiver();
  library = createLibrary({ baseUrl: platform.api.url, secretKey: platform.access.keys[0] ?? "" });
});
afterAll(async () => {
  await platform.stop();
  await receiver.stop();
});

const order = (more: object = {}): object => ({ amount: 1_900, currency: "EUR", ...more });

async function pay(payment: Resource): Promise<void> {
  const { payment_url: url } = payment["hosted_payment"] as { payment_url: string };
  const path = new URL(url).pathname;
  const { status } = await platform.call({ method: "POST", path, body: approvedCard, key: null });
  expect(status).toBe(200);
}

/** What the merchant's server makes of the notifications about `object`s, once there is one as wanted. */
async function treated(object: string, wanted: (resource: Resource) => boolean): Promise<Resource> {
  const look = async (): Promise<Resource | undefined> => {
    const bodies = receiver.received.filter(({ json }) => json["object"] === object);
    const resources = await Promise.all(bodies.map(async ({ body }) => library.treat(body)));
    return resources.find(wanted);
  };
  const found = await eventually(look, (resource) => resource !== undefined);
  return found ?? {};
}

const refusal = async (work: Promise<unknown>): Promise<[number, unknown]> =>
  work.then(
    () => [0, null],
    ({ status, error }: HttpError) => [status, error["object"]],
  );

describe("payments and refunds", () => {
  test("create, retrieve, list, update, abort in both spellings", async () => {
    const payment = await library.payment.create(order({ metadata: { a: "1" } }));
    expect(await library.payment.retrieve(payment["id"])).toEqual(payment);
    expect(await library.payment.list({ per_page: 1 })).toEqual([payment]);
    expect(await library.payment.list()).toContainEqual(payment);
    expect(await library.payment.update(payment["id"], { metadata: { a: "2" } })).toMatchObject({
      metadata: { a: "2" },
    });
    expect(await library.payment.abort(payment["id"])).toMatchObject({ failure: { code: "aborted" } });
    const other = await library.payment.create(order());
    expect(await library.payment.abortShort(other["id"])).toMatchObject({ failure: { code: "aborted" } });
  });

  test("capture, after the amount was held", async () => {
    const held = await library.payment.create({
      authorized_amount: 5_000,
      auto_capture: false,
      currency: "EUR",
    });
    await pay(held);
    expect(await library.payment.retrieve(held["id"])).toMatchObject({
      is_paid: false,
      authorization: { authorized_amount: 5_000 },
    });
    expect(await library.payment.capture(held["id"])).toMatchObject({ is_paid: true, amount: 5_000 });
  });

  test("refund in part, and all that is left with no data at all; retrieve and list", async () => {
    const payment = await library.payment.create(order());
    await pay(payment);
    const part = await library.refund.create(payment["id"], { amount: 400 });
    const rest = await library.refund.create(payment["id"]);
    expect([part["amount"], rest["amount"]]).toEqual([400, 1_500]);
    expect(await library.refund.retrieve(payment["id"], part["id"])).toEqual(part);
    expect(await library.refund.list(payment["id"])).toHaveLength(2);
    expect(await library.payment.retrieve(payment["id"])).toMatchObject({
      is_refunded: true,
      amount_refunded: 1_900,
    });
  });
});

describe("customers and cards", () => {
  test("create, retrieve, list, update, delete; cards retrieve, list and delete by both addresses", async () => {
    const customer = await library.customer.create({ email: "ada@example.net", first_name: "Ada" });
    const { id } = customer;
    expect(await library.customer.retrieve(id)).toEqual(customer);
    expect(await library.customer.list({ per_page: 10 })).toContainEqual(customer);
    expect(await library.customer.update(id, { last_name: "Lovelace" })).toMatchObject({
      first_name: "Ada",
      last_name: "Lovelace",
    });
    expect(await refusal(library.card.create(id, { card: "4242424242424242" }))).toEqual([405, "error"]);

    const saved = async (): Promise<unknown> => {
      const payment = await library.payment.create(order({ save_card: true, customer: id }));
      await pay(payment);
      return ((await library.payment.retrieve(payment["id"]))["card"] as Resource)["id"];
    };
    const first = await saved();
    const card = await library.card.retrieve(id, first);
    expect(card).toMatchObject({ object: "card", customer_id: id, last4: "4242" });
    expect(await library.card.list(id)).toEqual([card]);
    expect((await library.card.delete(id, first)).status).toBe(200);
    const second = await saved();
    expect((await library.card.deleteDirectly(second)).status).toBe(200);
    expect(await library.card.list(id, { per_page: 5, page: 0 })).toEqual([]);
    expect((await library.customer.delete(id)).status).toBe(200);
    expect(await refusal(library.customer.retrieve(id))).toEqual([404, "error"]);
  });
});

describe("plans and reports", () => {
  const date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const schedule = [
    { date: "TODAY", amount: 1_000 },
    { date, amount: 2_000 },
  ];

  test("create a plan, retrieve it, list its payments, abort it", async () => {
    const plan = await library.installmentPlan.create({ currency: "EUR", schedule });
    expect(await library.installmentPlan.retrieve(plan["id"])).toEqual(plan);
    const [first, ...others] = await library.installmentPlan.listPayments(plan["id"]);
    expect([first?.["amount"], others]).toEqual([1_000, []]);
    expect(await library.installmentPlan.abort(plan["id"])).toMatchObject({
      is_active: false,
      failure: { code: "aborted" },
    });
  });

  test("create a report and retrieve it", async () => {
    const report = await library.accountingReport.create({
      start_date: "2025-01-01",
      end_date: "2025-04-30",
    });
    expect(await library.accountingReport.retrieve(report["id"])).toMatchObject({
      id: report["id"],
      end_date: "2025-04-30",
    });
  });
});

test("a notification is treated by fetching what it names", async () => {
  const notified = { notification_url: receiver.url };
  const payment = await library.payment.create(order(notified));
  await pay(payment);
  expect(await treated("payment", ({ id }) => id === payment["id"])).toMatchObject({ is_paid: true });
  const refund = await library.refund.create(payment["id"], { amount: 500 });
  expect(await treated("refund", ({ id }) => id === refund["id"])).toEqual(refund);
  const date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const schedule = [
    { date: "TODAY", amount: 100 },
    { date, amount: 100 },
  ];
  const plan = await library.installmentPlan.create({ currency: "EUR", schedule, ...notified });
  await library.installmentPlan.abort(plan["id"]);
  expect(await treated("installment_plan", ({ id }) => id === plan["id"])).toMatchObject({
    is_active: false,
  });
  const today = new Date().toISOString().slice(0, 10);
  const report = await library.accountingReport.create({ start_date: today, end_date: today, ...notified });
  const made = await treated("accounting_report", ({ id }) => id === report["id"]);
  expect((await fetch(String(made["temporary_url"]))).status).toBe(200);
});

test("keys by login, the account and its permissions with each of them", async () => {
  const { status, resource } = await getKeysByLogin(platform.api.url, platform.access.login);
  expect(status).toBe(201);
  const { test: forTest, live } = resource["secret_keys"] as { test: string; live: string };
  for (const [secretKey, isLive] of [
    [forTest, false],
    [live, true],
  ] as const) {
    const account = await createLibrary({ baseUrl: platform.api.url, secretKey }).account();
    expect(account).toMatchObject({
      object: "account",
      is_live: isLive,
      permissions: { use_live_mode: true },
    });
  }
});

test("the API answers whether it is there without a key, with a version of the API and without", async () => {
  const open = createHttpClient({ baseUrl: platform.api.url, secretKey: null });
  expect((await open.get("/test")).status).toBe(200);
  const secretKey = platform.access.keys[0] ?? "";
  for (const apiVersion of ["", "2019-08-06"]) {
    const versioned = createLibrary({ baseUrl: platform.api.url, secretKey, apiVersion });
    expect(await versioned.account()).toMatchObject({ object: "account" });
  }
});

test.each([
  [400, "a body that is not right", async () => library.payment.create({ amount: "many", currency: "EUR" })],
  [404, "what is not there", async () => library.payment.retrieve("pay_nothing")],
  [
    401,
    "an unknown key",
    async () => createLibrary({ baseUrl: platform.api.url, secretKey: "sk_test_x" }).account(),
  ],
] as const)("%i for %s is an error object as well", async (status, _, work) => {
  expect(await refusal(work())).toEqual([status, "error"]);
});
