import { createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Order, Store } from "../merchant.ts";
import { checkPaid, payByCard } from "../pay-by-card.ts";

/** Most payments: a card, and done. */
export async function payAtOnce(store: Store): Promise<Order> {
  const order = await createOrder(store);
  const paid = await payByCard(store, { order });
  if (paid["is_paid"] !== true) throw new FailedPayment("pay", "not paid");
  await checkPaid(store, order);
  return order;
}
