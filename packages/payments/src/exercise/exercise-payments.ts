import { setTimeout as sleep } from "node:timers/promises";
import { startProcess } from "../platform/supervisor.ts";
import type { Access } from "../seed/access.ts";

interface Step {
  method: "GET" | "POST" | "PATCH";
  path: string;
  body?: object;
  idempotencyKey?: string;
  expect: number;
}

const card = { card_number: "4242424242424242", expiry: "12/40", cvv: "123" };
const declined = { ...card, card_number: "4000000000000002" };
const mostTries = 200;

/** Everything that merchants and card holders do with the Payment API, and a refund while the acquirer is down. */
export async function exercisePayments(options: {
  version: string;
  journal: string;
  access: Access;
}): Promise<void> {
  const { version, journal, access } = options;
  const acquirer = await startProcess({ name: "acquirer", flags: { journal, "latency-ms": 1 } });
  const port = Number(new URL(acquirer.url).port);
  const api = await startProcess({
    name: "api",
    flags: {
      version,
      acquirer: acquirer.url,
      connections: 3,
    },
  });
  const worker = await startProcess({
    name: "worker",
    flags: {
      version,
      acquirer: acquirer.url,
      "public-url": api.url,
      "recover-after-ms": 200,
      "recover-every-ms": 50,
      connections: 2,
    },
  });
  const call = caller(api.url, access.keys[0] ?? "");
  try {
    await useEverything(call);
    const paid = await createPaid(call);
    await acquirer.kill();
    const refund = {
      method: "POST",
      path: `/v1/payments/${paid}/refunds`,
      body: {},
      idempotencyKey: "late",
    } as const;
    await call({ ...refund, expect: 504 });
    const back = await startProcess({ name: "acquirer", flags: { journal, port, "latency-ms": 1 } });
    try {
      await untilAnswered(call, refund);
    } finally {
      await back.stop();
    }
  } finally {
    await acquirer.stop();
    await worker.stop();
    await api.stop();
  }
}

type Caller = (step: Step) => Promise<Record<string, unknown>>;

function caller(url: string, key: string): Caller {
  return async ({ method, path, body, idempotencyKey, expect }) => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.status !== expect) throw new Error(`${method} ${path}: ${String(answer.status)} ${text}`);
    return JSON.parse(text) as Record<string, unknown>;
  };
}

async function create(call: Caller, idempotencyKey?: string): Promise<string> {
  const made = await call({
    method: "POST",
    path: "/v1/payments",
    body: {
      amount: 1_999,
      currency: "EUR",
      description: "Order 7",
      metadata: { order: 7 },
      billing: { first_name: "Ada", email: "ada@example.net", country: "FR" },
      shipping: { first_name: "Ada", delivery_type: "NEW" },
      hosted_payment: { return_url: "https://shop.example.net/back" },
      notification_url: "https://shop.example.net/ipn",
    },
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    expect: 201,
  });
  return String(made["id"]);
}

async function createPaid(call: Caller): Promise<string> {
  const id = await create(call);
  await call({ method: "POST", path: `/pay/${id}`, body: card, expect: 200 });
  return id;
}

async function useEverything(call: Caller): Promise<void> {
  const id = await create(call, "first");
  await create(call, "first");
  await call({ method: "POST", path: `/pay/${id}`, body: card, expect: 200 });
  await call({ method: "POST", path: `/pay/${id}`, body: card, expect: 409 });
  await call({ method: "GET", path: `/v1/payments/${id}`, expect: 200 });
  await call({ method: "GET", path: "/v1/payments?per_page=5", expect: 200 });
  await call({ method: "PATCH", path: `/v1/payments/${id}`, body: { metadata: { order: 8 } }, expect: 200 });
  await call({ method: "POST", path: `/pay/${await create(call)}`, body: declined, expect: 200 });
  const left = await create(call);
  await call({ method: "PATCH", path: `/v1/payments/${left}`, body: { aborted: true }, expect: 200 });
  const refunds = `/v1/payments/${id}/refunds`;
  const part = { method: "POST", path: refunds, body: { amount: 500, metadata: { why: "late" } } } as const;
  const refund = await call({ ...part, idempotencyKey: "part", expect: 201 });
  await call({ method: "POST", path: refunds, body: {}, expect: 201 });
  await call({ method: "GET", path: refunds, expect: 200 });
  await call({ method: "GET", path: `${refunds}/${String(refund["id"])}`, expect: 200 });
}

/** Until recovery has given the refund its outcome, its key says 409. */
async function untilAnswered(call: Caller, refund: Omit<Step, "expect">): Promise<void> {
  for (let tries = 0; tries < mostTries; tries++) {
    await sleep(50);
    const settled = await call({ ...refund, expect: 400 }).then(
      () => true,
      (error: Error) => {
        if (error.message.includes(": 409 ")) return false;
        throw error;
      },
    );
    if (settled) return;
  }
  throw new Error("recovery did not settle the refund");
}
