import { FailedPayment } from "./failed-payment.ts";
import type { Store } from "./merchant.ts";
import { closeCustomer } from "./errands/close-customer.ts";
import { keepCustomer } from "./errands/keep-customer.ts";
import { lookAtAccount } from "./errands/look-at-account.ts";
import { makeKeys } from "./errands/make-keys.ts";
import { notHear } from "./errands/not-hear.ts";
import { refundInParts } from "./errands/refund-in-parts.ts";
import { saveCards } from "./errands/save-cards.ts";
import { sellInParts } from "./errands/sell-in-parts.ts";

type Errand = (store: Store, turn: number) => Promise<void>;

/** What merchants do besides selling, in turn, so that all of it happens at any rate. */
const errands: readonly Errand[] = [
  keepCustomer,
  refundInParts,
  saveCards,
  notHear,
  lookAtAccount,
  keepCustomer,
  refundInParts,
  closeCustomer,
  sellInParts,
  makeKeys,
];

let turn = 0;

/** One errand of a merchant. Throws `FailedPayment` when it ends otherwise than it was meant to. */
export async function runErrand(store: Store): Promise<void> {
  const place = turn++;
  const errand = errands[place % errands.length];
  if (errand === undefined) throw new Error("there are errands");
  try {
    await errand(store, place);
  } catch (error) {
    if (error instanceof FailedPayment) throw new FailedPayment(errand.name, error.reason);
    throw error;
  }
}
