import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testCards } from "../acquirer/test-cards.ts";
import { endpoints } from "../api/endpoints/all.ts";
import { isDay } from "../api/read-schedule.ts";
import { eventually } from "../testing/eventually.ts";
import { approvedCard, startPlatform, type Platform } from "../testing/platform.ts";
import { startReceiver } from "../testing/receiver.ts";
import { openApiDocument, operationOf } from "./document.ts";

// Every answer that the document names is provoked and held against it, and nothing else may come.

interface Described {
  paths: Record<
    string,
    Record<string, { responses: Record<string, { content: Record<string, { schema?: object }> }> }>
  >;
  components: object;
  webhooks: {
    notification: { post: { requestBody: { content: { "application/json": { schema: object } } } } };
  };
}

type Json = Record<string, unknown>;

const described = openApiDocument(endpoints, "2.2.0") as Described;
const ajv = new Ajv2020({
  strict: true,
  strictRequired: false,
  allowUnionTypes: true,
  formats: { date: isDay, uri: (text: string) => URL.canParse(text) },
}).addVocabulary(["components"]);

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.2.0", migrated: false });
});
afterAll(async () => {
  await platform.stop();
});

const seen = new Set<string>();
const documented = endpoints.flatMap((endpoint) =>
  Object.keys(operationOf(endpoint).answers).map((status) => `${endpoint.method} ${endpoint.path} ${status}`),
);

interface Ask {
  body?: unknown;
  key?: string | null;
  headers?: Record<string, string>;
}

/** Asks an endpoint, with `{name}`s of its path filled in in order, and holds the answer against the document. */
async function ask(
  endpoint: string,
  names: readonly unknown[],
  { body, key, headers }: Ask = {},
): Promise<Json> {
  const [method = "", path = ""] = endpoint.split(" ");
  const left = [...names];
  const address = path.replaceAll(/:[A-Za-z]+/g, () => String(left.shift()));
  const secret = key === undefined ? platform.access.keys[0] : key;
  const answer = await fetch(`${platform.api.url}${address}`, {
    method,
    redirect: "manual",
    headers: {
      accept: "application/json",
      ...(secret === null ? {} : { authorization: `Bearer ${String(secret)}` }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const [plainPath = ""] = path.split("?");
  const { responses } = operationIn(method, plainPath);
  const response = responses[String(answer.status)];
  if (response === undefined)
    throw new Error(`${endpoint} answered ${String(answer.status)}, which nothing documents: ${text}`);
  seen.add(`${method} ${plainPath} ${String(answer.status)}`);
  const type = (answer.headers.get("content-type") ?? "").split(";")[0] ?? "";
  if (answer.status === 303) return { location: answer.headers.get("location") };
  expect(Object.keys(response.content)).toContain(type);
  const schema = response.content[type]?.schema;
  if (schema === undefined) return { text };
  const json = JSON.parse(text) as Json;
  const check = ajv.compile({ ...schema, components: described.components });
  expect([endpoint, answer.status, check(json) ? [] : check.errors, json]).toEqual([
    endpoint,
    answer.status,
    [],
    json,
  ]);
  return json;
}

function operationIn(method: string, path: string): Described["paths"][string][string] {
  const operation = described.paths[path.replaceAll(/:([A-Za-z]+)/g, "{$1}")]?.[method.toLowerCase()];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the document`);
  return operation;
}

/** What a POST with an Idempotency-Key answers to a replay, to another body, and while it is under way. */
async function repeat(
  endpoint: string,
  names: readonly unknown[],
  { body, other }: { body: object; other: object },
): Promise<Json> {
  const key = `${endpoint} ${JSON.stringify(names)}`.replaceAll(/[^!-~]/g, "_");
  const headers = { "idempotency-key": key };
  const first = await ask(endpoint, names, { body, headers });
  expect(await ask(endpoint, names, { body, headers })).toEqual(first);
  await ask(endpoint, names, { body: other, headers });
  await platform.sql.query(
    "update idempotency_keys set status_code = null, body = null, subject_id = null where key = $1",
    [key],
  );
  await ask(endpoint, names, { body, headers });
  return first;
}

const payments = "/v1/payments";
const order = {
  amount: 5_000,
  currency: "EUR",
  metadata: { order: 7 },
  billing: { first_name: "Ada", country: "FR" },
  notification_url: "http://127.0.0.1:9/ipn",
};

async function create(body: object = order): Promise<string> {
  return String((await ask(`POST ${payments}`, [], { body }))["id"]);
}

const pay = async (id: string, number: string = approvedCard.card_number): Promise<Json> =>
  ask("POST /pay/:id", [id], { body: { ...approvedCard, card_number: number }, key: null });

test("payments and refunds", async () => {
  const made = await repeat(`POST ${payments}`, [], { body: order, other: { ...order, amount: 5_001 } });
  await ask(`POST ${payments}`, [], { body: { amount: "5" } });
  const id = String(made["id"]);
  await ask(`GET ${payments}/:id`, [id]);
  await ask(`GET ${payments}/:id`, ["pay_nothing"]);
  await pay(id);
  await pay(id);
  expect(await ask(`GET ${payments}/:id`, [id])).toMatchObject({ is_paid: true });
  await ask(`GET ${payments}`, []);
  await ask(`GET ${payments}?per_page=0`, []);
  await ask(`PATCH ${payments}/:id`, [id], { body: { metadata: { order: 8 } } });
  await ask(`PATCH ${payments}/:id`, [id], { body: { amount: 1 } });
  await ask(`PATCH ${payments}/:id`, [id], { body: { aborted: true } });
  await ask(`PATCH ${payments}/:id`, ["pay_nothing"], { body: { aborted: true } });

  const refunds = `${payments}/:id/refunds`;
  const refund = await repeat(`POST ${refunds}`, [id], { body: { amount: 1_000 }, other: { amount: 1_001 } });
  await ask(`POST ${refunds}`, [id], { body: { amount: 9_999 } });
  await ask(`POST ${refunds}`, ["pay_nothing"], { body: {} });
  await ask(`GET ${refunds}`, [id]);
  await ask(`GET ${refunds}?page=-1`, [id]);
  await ask(`GET ${refunds}`, ["pay_nothing"]);
  await ask(`GET ${refunds}/:refundId`, [id, refund["id"]]);
  await ask(`GET ${refunds}/:refundId`, [id, "re_nothing"]);
});

test("payments in every other state", async () => {
  const declined = await create();
  await pay(declined, testCards.declined);
  expect(await ask(`GET ${payments}/:id`, [declined])).toMatchObject({ failure: { code: "card_declined" } });
  const held = await create({ authorized_amount: 700, auto_capture: false, currency: "EUR" });
  await pay(held);
  await ask(`GET ${payments}/:id`, [held]);
  await ask(`PATCH ${payments}/:id`, [held], { body: { captured: true, amount: 600 } });
  const aborted = await create();
  await ask(`PATCH ${payments}/:id`, [aborted], { body: { abort: true } });
  const refunded = await create();
  await pay(refunded, testCards.approvedMastercard);
  await ask(`POST ${payments}/:id/refunds`, [refunded], { body: {} });
  expect(await ask(`GET ${payments}/:id`, [refunded])).toMatchObject({ is_refunded: true });
});

test("the hosted page", async () => {
  const id = await create();
  await ask("GET /pay/:id", [id], { key: null });
  await ask("GET /pay/:id", [id], { key: null, headers: { accept: "text/html" } });
  await ask("GET /pay/:id", ["pay_nothing"], { key: null });
  await ask("POST /pay/:id", [id], { key: null, body: { ...approvedCard, cvv: "x" } });
  await ask("POST /pay/:id", ["pay_nothing"], { key: null, body: approvedCard });
  expect(await pay(id, testCards.challenge)).toHaveProperty("challenge_url");
  await ask("GET /pay/:id/return", [id], { key: null });
  await ask("GET /pay/:id/return", ["pay_nothing"], { key: null });
});

test("customers and cards", async () => {
  const customers = "/v1/customers";
  const { id } = await repeat(`POST ${customers}`, [], {
    body: { email: "ada@example.net" },
    other: { email: "b@example.net" },
  });
  await ask(`POST ${customers}`, [], { body: {} });
  await ask(`GET ${customers}`, []);
  await ask(`GET ${customers}?page=x`, []);
  await ask(`GET ${customers}/:id`, [id]);
  await ask(`PATCH ${customers}/:id`, [id], { body: { city: "Nantes", metadata: { a: 1 } } });
  await ask(`PATCH ${customers}/:id`, [id], { body: {} });

  const paid = await create({ amount: 500, currency: "EUR", save_card: true, customer: id });
  await pay(paid);
  const { card } = await ask(`GET ${payments}/:id`, [paid]);
  const cardId = (card as Json)["id"];
  await ask(`POST ${payments}`, [], {
    body: { amount: 500, currency: "EUR", payment_method: cardId, initiator: "MERCHANT" },
  });
  const cards = `${customers}/:id/cards`;
  await ask(`POST ${cards}`, [id], { body: {} });
  expect(await ask(`GET ${cards}`, [id])).toMatchObject({ count: 1 });
  await ask(`GET ${cards}?per_page=101`, [id]);
  await ask(`GET ${cards}/:cardId`, [id, cardId]);
  await ask("GET /v1/cards/:cardId", [cardId]);
  await ask(`DELETE ${cards}/:cardId`, [id, cardId]);
  await ask(`DELETE ${cards}/:cardId`, [id, cardId]);
  const again = await create({ amount: 500, currency: "EUR", save_card: true });
  await pay(again);
  const other = ((await ask(`GET ${payments}/:id`, [again]))["card"] as Json)["id"];
  await ask("DELETE /v1/cards/:cardId", [other]);
  await ask("DELETE /v1/cards/:cardId", [other]);
  await ask("GET /v1/cards/:cardId", [other]);
  await ask(`GET ${cards}/:cardId`, [id, other]);
  await ask(`DELETE ${customers}/:id`, [id]);
  await ask(`DELETE ${customers}/:id`, [id]);
  await ask(`GET ${customers}/:id`, [id]);
  await ask(`PATCH ${customers}/:id`, [id], { body: { city: "Rennes" } });
  await ask(`GET ${cards}`, [id]);
});

test("installment plans", async () => {
  const plans = "/v1/installment_plans";
  const date = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  const body = {
    ...order,
    amount: undefined,
    schedule: [
      { date: "TODAY", amount: 900 },
      { date, amount: 800 },
    ],
  };
  const plan = await repeat(`POST ${plans}`, [], { body, other: { ...body, metadata: {} } });
  await ask(`POST ${plans}`, [], { body: { ...body, schedule: [] } });
  await ask(`GET ${plans}`, []);
  await ask(`GET ${plans}?page=x`, []);
  await ask(`GET ${plans}/:id`, [plan["id"]]);
  await ask(`GET ${plans}/:id`, ["inst_nothing"]);
  await ask(`PATCH ${plans}/:id`, [plan["id"]], { body: {} });
  await ask(`PATCH ${plans}/:id`, [plan["id"]], { body: { aborted: true } });
  await ask(`PATCH ${plans}/:id`, ["inst_nothing"], { body: { aborted: true } });
  const { id, schedule } = await ask(`POST ${plans}`, [], { body });
  await pay((schedule as { payment_ids: string[] }[])[0]?.payment_ids[0] ?? "", testCards.declined);
  await eventually(
    async () => ask(`GET ${plans}/:id`, [id]),
    (now) => now["is_active"] === false,
  );
  expect(await ask(`PATCH ${plans}/:id`, [id], { body: { abort: true } })).toHaveProperty("message");
});

test("accounting reports", async () => {
  const reports = "/v1/accounting_reports";
  const body = { start_date: "2025-01-01", end_date: "2025-01-31" };
  const { id } = await repeat(`POST ${reports}`, [], { body, other: { ...body, end_date: "2025-01-30" } });
  await ask(`POST ${reports}`, [], { body: {} });
  await ask(`GET ${reports}`, []);
  await ask(`GET ${reports}?page=x`, []);
  await ask(`GET ${reports}/:id`, ["ar_nothing"]);
  const made = await eventually(
    async () => ask(`GET ${reports}/:id`, [id]),
    (now) => now["temporary_url"] !== null,
  );
  await ask("GET /accounting_reports/:file", [String(made["temporary_url"]).split("/").at(-1)], {
    key: null,
  });
  const none = await ask("GET /accounting_reports/:file", ["nothing"], { key: null });
  expect(none).toHaveProperty("message");
});

test("notifications are what the document says is sent", async () => {
  const receiver = await startReceiver();
  const { schema } = described.webhooks.notification.post.requestBody.content["application/json"];
  const check = ajv.compile({ ...schema, components: described.components });
  expect(check({ object: "payment", id: "pay_x" })).toBe(false);
  const notified = { notification_url: receiver.url };
  const id = await create({ amount: 500, currency: "EUR", ...notified });
  await pay(id);
  await ask(`POST ${payments}/:id/refunds`, [id], { body: {} });
  const days = { start_date: "2025-01-01", end_date: "2025-01-02" };
  await ask("POST /v1/accounting_reports", [], { body: { ...days, ...notified } });
  const schedule = [
    { date: "TODAY", amount: 500 },
    { date: new Date(Date.now() + 9 * 86_400_000).toISOString().slice(0, 10), amount: 500 },
  ];
  const plan = await ask("POST /v1/installment_plans", [], {
    body: { currency: "EUR", schedule, ...notified },
  });
  await ask("PATCH /v1/installment_plans/:id", [plan["id"]], { body: { aborted: true } });
  const wanted = ["accounting_report", "installment_plan", "payment", "refund"];
  const objects = (): unknown[] =>
    [...new Set(receiver.received.map(({ json }) => json["object"]))].toSorted();
  await eventually(
    async () => objects().length,
    (count) => count === wanted.length,
  );
  expect(objects()).toEqual(wanted);
  expect(receiver.received.filter(({ json }) => !check(json))).toEqual([]);
  await receiver.stop();
});

test("the account, keys and the API itself", async () => {
  await ask("GET /v1/account", []);
  await ask("GET /test", [], { key: null });
  expect(await ask("GET /openapi.json", [], { key: null })).toEqual(JSON.parse(JSON.stringify(described)));
  const { login } = platform.access;
  await ask("POST /v1/keys", [], { key: null, body: login });
  await ask("POST /v1/keys", [], { key: null, body: {} });
  await ask("POST /v1/keys", [], { key: null, body: { ...login, password: "x" } });
  await platform.sql.query("update login_attempts set attempts = 10");
  await ask("POST /v1/keys", [], { key: null, body: login });
});

test("nobody without a key gets in where one is needed", async () => {
  for (const { method, path, access } of endpoints) {
    if (access !== "merchant") continue;
    const names = ["x", "x"];
    const body = method === "GET" || method === "DELETE" ? undefined : {};
    for (const key of [null, "sk_test_unknown"]) {
      expect(await ask(`${method} ${path}`, names, { key, body })).toMatchObject({ object: "error" });
    }
  }
});

test("every documented answer was provoked", () => {
  expect(documented.filter((answer) => !seen.has(answer))).toEqual([]);
});
