import type { Stage } from "../stage.ts";

/** A shop's day: payments that are paid, declined, aborted, asked for again. */
export async function pay({ call, create, pay: payWith, visit, receiver }: Stage): Promise<void> {
  const order = {
    method: "POST",
    path: "/v1/payments",
    body: {
      amount: 1_999,
      currency: "EUR",
      description: "Order 7",
      metadata: { order: 7 },
      billing: { first_name: "Ada", last_name: "L.", email: "ada@example.net", country: "FR" },
      shipping: { first_name: "Ada", email: "ada@example.net", country: "FR", delivery_type: "NEW" },
      hosted_payment: { return_url: "https://shop.example.net/back" },
      notification_url: receiver(204),
    },
    idempotencyKey: "order-7",
    expect: 201,
  } as const;
  const id = String((await call(order))["id"]);
  await call(order);
  await call({ ...order, body: { ...order.body, amount: 2_000 }, expect: 422 });
  await visit(`/pay/${id}`);
  await payWith(id, "approved");
  await payWith(id, "approved", { expect: 409 });
  await call({ path: `/v1/payments/${id}` });
  await call({ path: "/v1/payments?per_page=5" });
  await call({ method: "PATCH", path: `/v1/payments/${id}`, body: { metadata: { order: 8 } } });
  await payWith(await create(), "declined");
  await payWith(await create({ shipping: { first_name: "Ada", country: "IT" } }), "frictionless");
  const left = await create();
  await call({ method: "PATCH", path: `/v1/payments/${left}`, body: { aborted: true } });
}
