import { notificationSecret } from "../notifications/secret.ts";
import type { Caller } from "./context.ts";
import type { AccountRow } from "./statements/account.ts";

/** The account object of the Payment API, as the mode of the key sees it. Amounts are in cents. */
export function renderAccount({ merchantId, isLive }: Caller, row: AccountRow): Record<string, unknown> {
  return {
    id: row.id,
    object: "account",
    is_live: isLive,
    name: row.name,
    country: row.country,
    // Where the money goes; no more of it than is needed to tell it from another one.
    payout: { iban_last4: row.iban_last4 },
    configuration: { currencies: ["EUR"], min_amounts: { EUR: 99 }, max_amounts: { EUR: 2_000_000 } },
    permissions: {
      use_live_mode: true,
      can_save_cards: true,
      can_create_deferred_payment: true,
      can_create_installment_plan: true,
      can_use_oney: false,
    },
    // What signatures of notifications are checked with.
    notification_secret: notificationSecret({ merchantId, isLive }),
  };
}
