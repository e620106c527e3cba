import { Pool } from "undici";
import { Histogram } from "../../packages/payments/src/shop/histogram.ts";
import type { Access } from "../../packages/payments/src/seed/access.ts";
import { readLoadFlags, repeat, type LoadResult } from "./flags.ts";

// Buyers of a merchant: `create` a payment, or the `full` one: create, pay on the hosted page, look.
const flags = readLoadFlags();
const { keys } = JSON.parse(process.env["SHOP_ACCESS"] ?? "{}") as Access;
const pool = new Pool(flags.api, { connections: flags.concurrency });
const latencies = new Map<string, Histogram>();
let turn = 0;

async function call(
  step: string,
  request: { method: "GET" | "POST"; path: string; key?: string; body?: object; expect: number },
): Promise<Record<string, unknown> | undefined> {
  const started = performance.now();
  const { statusCode, body } = await pool.request({
    method: request.method,
    path: request.path,
    headers: {
      ...(request.key === undefined ? {} : { authorization: `Bearer ${request.key}` }),
      ...(request.body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  });
  const text = await body.text();
  let histogram = latencies.get(step);
  if (histogram === undefined) latencies.set(step, (histogram = new Histogram()));
  histogram.add(performance.now() - started);
  return statusCode === request.expect ? (JSON.parse(text) as Record<string, unknown>) : undefined;
}

const order = {
  currency: "EUR",
  description: "Order",
  billing: {
    first_name: "Ada",
    last_name: "Martin",
    email: "ada@example.net",
    country: "FR",
    language: "fr",
  },
  hosted_payment: {
    return_url: "https://shop.example.net/back",
    cancel_url: "https://shop.example.net/left",
  },
};
const card = { card_number: "4242424242424242", expiry: "12/40", cvv: "123" };

async function buy(): Promise<boolean> {
  const key = keys[turn++ % keys.length] ?? "";
  const body = { ...order, amount: 99 + (turn % 25_000), metadata: { order: turn } };
  const created = await call("create", { method: "POST", path: "/v1/payments", key, body, expect: 201 });
  if (created === undefined) return false;
  if (flags.step === "create") return true;
  const id = String(created["id"]);
  const paid = await call("pay", { method: "POST", path: `/pay/${id}`, body: card, expect: 200 });
  const seen = await call("get", { method: "GET", path: `/v1/payments/${id}`, key, expect: 200 });
  return paid?.["is_paid"] === true && seen?.["is_paid"] === true;
}

const result: LoadResult = { ...(await repeat(flags, buy)), latencyMs: {} };
for (const [step, histogram] of latencies) {
  result.latencyMs[step] = { p50: histogram.percentileMs(0.5), p99: histogram.percentileMs(0.99) };
}
await pool.close();
process.stdout.write(`${JSON.stringify(result)}\n`);
