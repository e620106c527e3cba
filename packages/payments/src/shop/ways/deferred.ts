import { anyAmount, createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Order, Store } from "../merchant.ts";
import { look, payByCard } from "../pay-by-card.ts";

/** An order that is charged when it leaves the warehouse: held first, captured later. */
export async function deferCapture(store: Store): Promise<Order> {
  const amount = anyAmount();
  const order = await createOrder(store, {
    amount,
    extra: { authorized_amount: amount, auto_capture: false },
  });
  await payByCard(store, { order });
  const held = await look(store, order);
  if (held["is_paid"] !== false || held["authorization"] === null)
    throw new FailedPayment("hold", "not held");
  const captured = await store.api.call({
    step: "capture",
    method: "PATCH",
    path: order.path,
    headers: store.merchant.headers,
    body: { captured: true },
    expect: 200,
  });
  if (captured["is_paid"] !== true) throw new FailedPayment("capture", "not paid");
  store.memory?.keep(order.path, { headers: store.merchant.headers, answer: captured });
  return order;
}
