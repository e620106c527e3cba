import type { CardTrace } from "../../payments/card.ts";
import type { FailureCode } from "../../payments/status.ts";
import type { Release, StateRow } from "../releases/release.ts";

/** A payment as every statement that reads one returns it. Times are seconds since 1970. */
export interface PaymentRow extends StateRow {
  id: string;
  is_live: boolean;
  amount_cents: number;
  amount_refunded_cents: number;
  amount_refunding_cents: number;
  currency: "EUR";
  created_at: number;
  paid_at: number | null;
  failure_code: FailureCode | null;
  failure_message: string | null;
  attempt_id: string | null;
  description: string | null;
  metadata: Record<string, unknown> | null;
  billing: Record<string, unknown> | null;
  shipping: Record<string, unknown> | null;
  hosted_payment: Record<string, unknown> | null;
  notification_url: string | null;
  card_brand: CardTrace["brand"] | null;
  card_last4: string | null;
  card_exp_month: number | null;
  card_exp_year: number | null;
  card_country: string | null;
}

const plainColumns = [
  "id",
  "is_live",
  "amount_cents",
  "amount_refunded_cents",
  "amount_refunding_cents",
  "currency",
  "failure_code",
  "failure_message",
  "attempt_id",
  "description",
  "metadata",
  "billing",
  "shipping",
  "hosted_payment",
  "notification_url",
  "card_brand",
  "card_last4",
  "card_exp_month",
  "card_exp_year",
  "card_country",
] as const;
const timeColumns = ["created_at", "paid_at"] as const;

/**
 * The columns of a `PaymentRow`, read from `payments`. Listed one by one, never `*`: what a statement
 * returns must not change when a column is added or dropped beside it.
 */
export function paymentColumns(release: Release): string {
  return [
    ...timeColumns.map((name) => `floor(extract(epoch from payments.${name}))::double precision as ${name}`),
    ...[...plainColumns, ...release.stateColumns].map((name) => `payments.${name}`),
  ].join(", ");
}

/** The same columns, of a CTE `table` that has read them with `paymentColumns`. */
export function paymentColumnsOf(table: string, release: Release): string {
  return [...timeColumns, ...plainColumns, ...release.stateColumns]
    .map((name) => `${table}.${name}`)
    .join(", ");
}
