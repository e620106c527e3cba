import { FailedPayment } from "../failed-payment.ts";
import type { Store } from "../merchant.ts";
import { read } from "./call.ts";

/** The account, with the bank account that the merchant is paid out to. */
export async function lookAtAccount(store: Store): Promise<void> {
  const account = await read(store, "/v1/account");
  if (!JSON.stringify(account).includes("FR")) throw new FailedPayment("account", "no bank account");
}
