import { randomUUID } from "node:crypto";
import type { Balancer } from "./balancer.ts";
import { FailedPayment } from "./failed-payment.ts";

/** How often a payment comes with something more, as shares of all payments. */
const shares = { idempotencyKey: 0.25, list: 0.02, refund: 0.02, abort: 0.01 };

/**
 * One e-commerce payment from the merchant's and the card holder's side: create, pay on the hosted page,
 * see that it is paid; now and then list, refund or, instead of all that, abort. Throws `FailedPayment`.
 */
export async function buyOnline(api: Balancer, key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  const amount = 99 + Math.floor(Math.random() * 25_000);
  const created = await api.call({
    step: "create",
    method: "POST",
    path: "/v1/payments",
    headers:
      Math.random() < shares.idempotencyKey ? { ...headers, "idempotency-key": randomUUID() } : headers,
    body: {
      amount,
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
      metadata: { order: Math.floor(Math.random() * 1_000_000) },
    },
    expect: 201,
  });
  const path = `/v1/payments/${String(created["id"])}`;
  if (Math.random() < shares.abort) {
    const aborted = await api.call({
      step: "abort",
      method: "PATCH",
      path,
      headers,
      body: { aborted: true },
      expect: 200,
    });
    const failure = aborted["failure"] as { code?: string } | null;
    if (failure?.code !== "aborted") throw new FailedPayment("abort", "not aborted");
    return;
  }
  await payAndCheck(api, { id: String(created["id"]), path, headers, amount });
  if (Math.random() < shares.list) {
    const list = await api.call({
      step: "list",
      method: "GET",
      path: "/v1/payments?per_page=10",
      headers,
      expect: 200,
    });
    if (!(Number(list["count"]) > 0)) throw new FailedPayment("list", "empty");
  }
  if (Math.random() < shares.refund) {
    await api.call({
      step: "refund",
      method: "POST",
      path: `${path}/refunds`,
      headers,
      body: {},
      expect: 201,
    });
    const refunded = await api.call({ step: "get refunded", method: "GET", path, headers, expect: 200 });
    if (refunded["is_refunded"] !== true) throw new FailedPayment("get refunded", "not refunded");
  }
}

async function payAndCheck(
  api: Balancer,
  {
    id,
    path,
    headers,
    amount,
  }: { id: string; path: string; headers: Record<string, string>; amount: number },
): Promise<void> {
  const paid = await api.call({
    step: "pay",
    method: "POST",
    path: `/pay/${id}`,
    body: { card_number: "4242424242424242", expiry: "12/40", cvv: "123" },
    expect: 200,
  });
  if (paid["is_paid"] !== true) throw new FailedPayment("pay", "not paid");
  const seen = await api.call({ step: "get", method: "GET", path, headers, expect: 200 });
  if (seen["is_paid"] !== true || seen["amount"] !== amount) throw new FailedPayment("get", "not paid");
}
