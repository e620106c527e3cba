import { createOrder } from "../create-order.ts";
import type { Store } from "../merchant.ts";
import { checkPaid, payByCard } from "../pay-by-card.ts";

/** A payment of which nobody wants to hear any more: the receiver says so (410), and the worker gives up at once. */
export async function notHear(store: Store): Promise<void> {
  const amount = 1_999;
  const extra = { amount, notification_url: store.merchant.closedUrl };
  const order = await createOrder(store, { amount, extra });
  await payByCard(store, { order });
  await checkPaid(store, order);
}
