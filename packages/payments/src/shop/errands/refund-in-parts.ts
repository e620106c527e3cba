import { testCards } from "../../acquirer/test-cards.ts";
import { createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";
import { call, read } from "./call.ts";

/** Money that is given back in part, and for every other one the rest; and now and then what the acquirer refuses. */
export async function refundInParts(store: Store, turn: number): Promise<void> {
  const { id, path, amount } = await createOrder(store);
  const isRefused = turn % 20 === 1;
  const number = isRefused ? testCards.refundDeclined : testCards.approved;
  const card = { card_number: number, expiry: "12/40", cvv: "123" };
  await call(store, { method: "POST", path: `/pay/${id}`, body: card });
  const refunds = `${path}/refunds`;
  const part = Math.floor(amount / 3);
  const body = { amount: part };
  if (isRefused) {
    await call(store, { method: "POST", path: refunds, body, expect: 400 });
    await read(store, path, { is_paid: true, amount_refunded: 0 });
    return;
  }
  const made = await call(store, { method: "POST", path: refunds, body, expect: 201 });
  await read(store, `${refunds}/${String(made["id"])}`, { amount: part });
  await read(store, path, { is_paid: true, is_refunded: false, amount_refunded: part });
  if (turn % 4 === 2) return;
  await call(store, { method: "POST", path: refunds, body: {}, expect: 201 });
  await read(store, path, { is_refunded: true, amount_refunded: amount });
  const { data } = await call(store, { path: refunds });
  if ((data as unknown[]).length !== 2) throw new FailedPayment("list refunds", "not both there");
}
