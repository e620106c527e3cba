/**
 * Where a payment is. Unpaid and undecided: `created`; the card holds the amount for a later capture:
 * `authorized`. Nothing leads out of `refunded`, `failed` and `aborted`.
 */
export type PaymentStatus = "created" | "authorized" | "paid" | "refunded" | "failed" | "aborted";

/** The whole state machine: what may follow what. Each move is one conditional update of the payment's row. */
export const transitions: Readonly<Record<PaymentStatus, readonly PaymentStatus[]>> = {
  created: ["authorized", "paid", "failed", "aborted"],
  authorized: ["paid", "failed", "aborted"],
  paid: ["refunded"],
  refunded: [],
  failed: [],
  aborted: [],
};

/** Why a payment was not paid, as the Payment API says it. */
export const failureMessages = {
  processing_error: "The card could not be processed.",
  card_declined: "The card was declined by its issuer.",
  insufficient_funds: "The account behind the card does not hold enough.",
  "3ds_declined": "The card holder could not be authenticated.",
  incorrect_number: "The card number is not right.",
  fraud_suspected: "The payment was refused because fraud is suspected.",
  method_unsupported: "This card can't be used here.",
  timeout: "The payment was not finished in time.",
  aborted: "The payment was aborted by the merchant.",
} as const;

export type FailureCode = keyof typeof failureMessages;

/** The failure code for what the acquirer answered; one that we don't know is a processing error. */
export function failureCodeOf(acquirerCode: string): FailureCode {
  if (acquirerCode === "voided") return "timeout";
  return acquirerCode in failureMessages ? (acquirerCode as FailureCode) : "processing_error";
}
