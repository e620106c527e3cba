import { addressesApart } from "./addresses.ts";
import type { Release } from "./release.ts";

/** The state of a payment is in two booleans, in failure_code and in authorized_at. */
export const release: Release = {
  version: "2.2.0",
  created: { columns: "is_paid, is_refunded", values: "false, false" },
  stateColumns: ["is_paid", "is_refunded"],
  isOpen: "not payments.is_paid and payments.failure_code is null and payments.authorized_at is null",
  isAuthorized:
    "payments.authorized_at is not null and not payments.is_paid and payments.failure_code is null",
  isPaid: "payments.is_paid and not payments.is_refunded",
  setAuthorized: "",
  setPaid: ", is_paid = true",
  setFailed: "",
  setAborted: "",
  setReleased: () => "",
  setRefunded: (whole) => `, is_refunded = (${whole})`,
  statusOf({
    is_paid: isPaid,
    is_refunded: isRefunded,
    failure_code: failureCode,
    authorized_at: authorizedAt,
  }) {
    if (isPaid === undefined || isRefunded === undefined) throw new Error("a row of 2.2.0 has both booleans");
    if (isRefunded) return "refunded";
    if (isPaid) return "paid";
    if (failureCode !== null) return failureCode === "aborted" ? "aborted" : "failed";
    return authorizedAt === null ? "created" : "authorized";
  },
  refundPending: "amount_refunding_cents",
  initiator: (parameter) => parameter,
  refunds: {
    origin: { column: "", value: "" },
    amount: "refunds.amount_cents",
    state: "refunds.state",
    count:
      "(select count(*) from refunds where refunds.payment_id = payments.id and refunds.state = 'succeeded')",
    setCounted: "",
  },
  contacts: {
    inserted: { columns: "billing, shipping, ", values: "$9::jsonb, $10::jsonb, " },
    besides: () => "",
    read: (name) => `payments.${name}`,
  },
  notifications: {
    waiting: "waiting",
    givenUp: "given_up",
    outcome: "$3::notification_state",
    key: ["id"],
    returned: "notifications.id::text",
  },
  cards: {
    expMonth: "left(cards.expiry, 2)::smallint",
    expYear: "right(cards.expiry, 4)::smallint",
    saved: {
      columns: "expiry",
      values: "lpad(payments.card_exp_month::text, 2, '0') || '/' || payments.card_exp_year",
      again: "expiry = excluded.expiry",
    },
    savedOnce: "merchant_id, is_live, fingerprint",
  },
  addresses: addressesApart,
  unnamedLanguage: { column: "", value: "" },
  companyName: { longest: 255, read: "customers.company_name" },
  logins: { table: "merchants", merchantId: "id" },
  keyId: { column: "", value: () => "" },
  iban: "merchants.iban",
};
