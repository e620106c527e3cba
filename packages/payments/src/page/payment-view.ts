import type { Release } from "../api/releases/release.ts";
import type { HostedPaymentRow } from "../api/statements/payment-row.ts";
import type { FailureCode } from "../payments/status.ts";
import { httpUrl } from "./http-url.ts";
import type { Language } from "./language.ts";
import type { PageState } from "./phrases/phrases.ts";

/** A payment as its page shows it. Addresses are http or https, whatever is in the database. */
export interface PaymentView {
  id: string;
  isLive: boolean;
  amountCents: number;
  currency: string;
  merchant: string;
  description: string | null;
  state: PageState;
  failureCode: FailureCode | null;
  /** The brand is null when it is none of those we know. */
  card: { brand: string | null; last4: string } | null;
  paidAtSeconds: number | null;
  /** The card is only authorised now, and charged when the merchant says so. */
  deferred: boolean;
  /** `asked`: the card holder may have the card saved; `always`: the merchant has it saved. */
  saving: "never" | "asked" | "always";
  plan: boolean;
  returnUrl: string | undefined;
  cancelUrl: string | undefined;
  challengeUrl: string | undefined;
}

/** Where the card holder goes on to from here, in `language`: the bank's page, or the merchant's. */
export function onwardUrl(view: PaymentView, language: Language): string | undefined {
  if (view.state === "paid" || view.state === "authorized") return view.returnUrl;
  if (view.state !== "challenged" || view.challengeUrl === undefined) return undefined;
  const url = new URL(view.challengeUrl);
  url.searchParams.set("lang", language);
  return url.href;
}

export function viewPayment(release: Release, row: HostedPaymentRow): PaymentView {
  const { card_brand: brand, card_last4: last4 } = row;
  return {
    id: row.id,
    isLive: row.is_live,
    amountCents: row.amount_cents,
    currency: row.currency,
    merchant: row.merchant_name,
    description: row.description,
    state: stateOf(release, row),
    failureCode: row.failure_code,
    card: brand === null || last4 === null ? null : { brand: brand === "Other" ? null : brand, last4 },
    paidAtSeconds: row.paid_at,
    deferred: !row.auto_capture,
    saving: row.save_card ? "always" : row.allow_save_card ? "asked" : "never",
    plan: row.installment_plan_id !== null,
    returnUrl: httpUrl(row.hosted_payment?.["return_url"]),
    cancelUrl: httpUrl(row.hosted_payment?.["cancel_url"]),
    challengeUrl: httpUrl(row.challenge_url),
  };
}

function stateOf(release: Release, row: HostedPaymentRow): PageState {
  const status = release.statusOf(row);
  switch (status) {
    case "created":
      if (row.attempt_id === null) return "payable";
      return row.challenge_url === null ? "charging" : "challenged";
    case "failed":
      return row.failure_code === "timeout" ? "expired" : "failed";
    default:
      return status;
  }
}
