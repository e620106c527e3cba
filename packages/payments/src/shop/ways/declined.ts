import { createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";
import { payByCard } from "../pay-by-card.ts";
import { failureCodeOf } from "./abort.ts";

/** A card whose issuer says no. It was asked and answered: nothing of ours has failed. */
export async function beDeclined(store: Store): Promise<undefined> {
  const order = await createOrder(store);
  const declined = await payByCard(store, { order, card: "declined" });
  if (declined["is_paid"] !== false || failureCodeOf(declined) !== "card_declined") {
    throw new FailedPayment("decline", "not declined");
  }
}
