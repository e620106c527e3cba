import { anyAmount, createOrder } from "../create-order.ts";
import { FailedPayment } from "../failed-payment.ts";
import type { Order, Store } from "../merchant.ts";
import { call, read } from "./call.ts";
import { newCustomer } from "./keep-customer.ts";

/** A customer's card: saved when it pays, charged by the merchant, and saved once more by its partner. */
export async function saveCards(store: Store, turn: number): Promise<void> {
  const number = anyCardNumber();
  const customer = await newCustomer(store, { first_name: "Ada", email: "ada@example.net" });
  await read(store, (await payAndSave(store, { customer, number })).path, { is_paid: true });
  const { data } = await call(store, { path: `/v1/customers/${customer}/cards` });
  const [card] = data as { id: string; last4: string }[];
  if (card?.last4 !== number.slice(-4)) throw new FailedPayment("list cards", "not there");
  await read(store, `/v1/cards/${card.id}`, { exp_month: 12, exp_year: 2040 });
  const amount = anyAmount();
  const charge = { amount, payment_method: card.id, initiator: "MERCHANT" };
  const { path } = await createOrder(store, { amount, extra: charge });
  await read(store, path, { is_paid: true });
  if (turn % 4 === 0) return;
  const partner = await newCustomer(store, { first_name: "Charles", email: "charles@example.net" });
  const again = await payAndSave(store, { customer: partner, number });
  await read(store, again.path, { is_paid: true });
}

/** Pays with a card that is saved for the customer. */
export async function payAndSave(
  store: Store,
  { customer, number }: { customer: string; number: string },
): Promise<Order> {
  const amount = anyAmount();
  const order = await createOrder(store, { amount, extra: { amount, save_card: true, customer } });
  const body = { card_number: number, expiry: "12/40", cvv: "123" };
  await call(store, { method: "POST", path: `/pay/${order.id}`, body });
  return order;
}

/** A card that nobody else has: sixteen digits, the last of which is the check digit (Luhn). */
export function anyCardNumber(): string {
  const digits = [4, ...Array.from({ length: 14 }, () => Math.floor(Math.random() * 10))];
  const sum = digits.reduce((total, digit, place) => {
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return [...digits, (10 - (sum % 10)) % 10].join("");
}
