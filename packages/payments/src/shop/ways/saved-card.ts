import { anyAmount, createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Order, Store } from "../merchant.ts";
import { pick } from "../pick.ts";
import { checkPaid, payByCard } from "../pay-by-card.ts";

/** A buyer who comes again: the card is saved the first time, and nothing is typed from then on. */
export async function payWithSavedCard(store: Store): Promise<Order> {
  const { savedCards } = store.merchant;
  const amount = anyAmount();
  if (savedCards.length > 0) {
    const extra = { amount, payment_method: pick(savedCards), initiator: "PAYER" };
    const order = await createOrder(store, { amount, extra });
    await checkPaid(store, order);
    return order;
  }
  const order = await createOrder(store, { amount, extra: { amount, save_card: true } });
  await payByCard(store, { order, card: "approvedMastercard" });
  const seen = await checkPaid(store, order);
  const card = seen["card"] as { id?: string | null } | null;
  if (typeof card?.id !== "string") throw new FailedPayment("save card", "not saved");
  if (!savedCards.includes(card.id)) savedCards.push(card.id);
  return order;
}
