import { randomUUID } from "node:crypto";
import type { Order, Store } from "./merchant.ts";

/** How many payments come with something more, as shares of all. */
const shares = { idempotencyKey: 0.25, notification: 0.2 };

const billing = {
  first_name: "Ada",
  last_name: "Martin",
  email: "ada@example.net",
  country: "FR",
  language: "fr",
};
const hosted = {
  return_url: "https://shop.example.net/back",
  cancel_url: "https://shop.example.net/left",
};

/** Creates a payment as a merchant's server does, with `extra` members; `amount` is in them as well when it isn't plain. */
export async function createOrder(
  { api, merchant, receiver }: Store,
  { amount = anyAmount(), extra = { amount } }: { amount?: number; extra?: object } = {},
): Promise<Order> {
  const notified = Math.random() < shares.notification;
  const key = Math.random() < shares.idempotencyKey ? { "idempotency-key": randomUUID() } : {};
  const created = await api.call({
    step: "create",
    method: "POST",
    path: "/v1/payments",
    headers: { ...merchant.headers, ...key },
    body: {
      currency: "EUR",
      description: "Order",
      billing,
      hosted_payment: hosted,
      metadata: { order: Math.floor(Math.random() * 1_000_000) },
      ...(notified ? { notification_url: merchant.notificationUrl } : {}),
      ...extra,
    },
    expect: 201,
  });
  const id = String(created["id"]);
  if (notified) receiver.expect(id);
  return { id, path: `/v1/payments/${id}`, amount };
}

export function anyAmount(): number {
  return 99 + Math.floor(Math.random() * 25_000);
}
