import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";
import { call } from "./call.ts";
import { newCustomer } from "./keep-customer.ts";
import { anyCardNumber, payAndSave } from "./save-cards.ts";

/** A customer who wants to be forgotten, with their card. */
export async function closeCustomer(store: Store): Promise<void> {
  const { headers } = store.merchant;
  const customer = await newCustomer(store, { first_name: "Ada", city: "Paris", country: "FR" });
  await payAndSave(store, { customer, number: anyCardNumber() });
  const { data } = await call(store, { path: `/v1/customers/${customer}/cards` });
  const [card] = data as { id: string }[];
  if (card === undefined) throw new FailedPayment("list cards", "not there");
  for (const path of [`/v1/cards/${card.id}`, `/v1/customers/${customer}`]) {
    await call(store, { method: "DELETE", path });
    store.memory?.keepGone(path, headers);
  }
}
