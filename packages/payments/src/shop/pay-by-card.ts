import { testCards, type TestCard } from "../acquirer/test-cards.ts";
import { FailedPayment } from "./failed-payment.ts";
import type { Order, Store } from "./merchant.ts";

/** Types a card into the hosted page, and returns what the page answers. */
export async function payByCard(
  { api }: Store,
  { order, card = "approved", expect = 200 }: { order: Order; card?: TestCard; expect?: number },
): Promise<Record<string, unknown>> {
  return api.call({
    step: "pay",
    method: "POST",
    path: `/pay/${order.id}`,
    body: { card_number: testCards[card], expiry: "12/40", cvv: "123" },
    expect,
  });
}

/** The payment as its merchant sees it. */
export async function look(
  { api, merchant, memory }: Store,
  { path }: Order,
): Promise<Record<string, unknown>> {
  const { headers } = merchant;
  const answer = await api.call({ step: "get", method: "GET", path, headers, expect: 200 });
  memory?.keep(path, { headers, answer });
  return answer;
}

/** Looks whether the payment is paid, and in full. */
export async function checkPaid(store: Store, order: Order): Promise<Record<string, unknown>> {
  const seen = await look(store, order);
  if (seen["is_paid"] !== true || seen["amount"] !== order.amount) throw new FailedPayment("get", "not paid");
  return seen;
}
