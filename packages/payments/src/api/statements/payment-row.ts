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
  auto_capture: boolean;
  authorized_amount_cents: number | null;
  authorized_at: number | null;
  authorization_expires_at: number | null;
  closing_id: string | null;
  description: string | null;
  metadata: Record<string, unknown> | null;
  billing: Record<string, unknown> | null;
  shipping: Record<string, unknown> | null;
  hosted_payment: Record<string, unknown> | null;
  notification_url: string | null;
  is_3ds: boolean | null;
  save_card: boolean;
  allow_save_card: boolean;
  payment_method: "card" | null;
  installment_plan_id: string | null;
  card_id: string | null;
  card_brand: CardTrace["brand"] | null;
  card_last4: string | null;
  card_exp_month: number | null;
  card_exp_year: number | null;
  card_country: string | null;
}

/**
 * A payment as whoever has just decided it reads it: what the card holder's side is told. Every payment is settled
 * once, and most never read by anybody then, so it is no more than that.
 */
export type SettledRow = StateRow &
  Pick<PaymentRow, "id" | "amount_cents" | "currency" | "paid_at" | "failure_message" | "hosted_payment">;

/** A payment with what the merchant is shown of the rows beside it. */
export interface ShownPaymentRow extends PaymentRow {
  /** What the last answer to a notification about it was; null before there was one. */
  notification_code: number | null;
  card_metadata: Record<string, unknown> | null;
}

/** A payment as its hosted page needs it. */
export interface HostedPaymentRow extends PaymentRow {
  merchant_name: string;
  /** Where the card holder has to prove who they are, while that is what the payment waits for. */
  challenge_url: string | null;
}

const plainColumns = [
  "id",
  "is_live",
  "amount_cents",
  "amount_refunded_cents",
  "currency",
  "failure_code",
  "failure_message",
  "attempt_id",
  "auto_capture",
  "authorized_amount_cents",
  "closing_id",
  "description",
  "metadata",
  "hosted_payment",
  "notification_url",
  "is_3ds",
  "save_card",
  "allow_save_card",
  "payment_method",
  "installment_plan_id",
  "card_id",
  "card_brand",
  "card_last4",
  "card_exp_month",
  "card_exp_year",
  "card_country",
] as const;
/** What releases keep in different places. */
const movedColumns = ["amount_refunding_cents", "billing", "shipping"] as const;
const timeColumns = ["created_at", "paid_at", "authorized_at", "authorization_expires_at"] as const;

/**
 * The columns of a `PaymentRow`, read from `payments`. Listed one by one, never `*`: what a statement
 * returns must not change when a column is added or dropped beside it.
 */
export function paymentColumns(release: Release): string {
  return [
    ...timeColumns.map(seconds),
    ...[...plainColumns, ...release.stateColumns].map((name) => `payments.${name}`),
    `payments.${release.refundPending} as amount_refunding_cents`,
    release.contacts.read("billing"),
    release.contacts.read("shipping"),
  ].join(", ");
}

/** The same columns, of a CTE `table` that has read them with `paymentColumns`. */
export function paymentColumnsOf(table: string, release: Release): string {
  return [...timeColumns, ...plainColumns, ...release.stateColumns, ...movedColumns]
    .map((name) => `${table}.${name}`)
    .join(", ");
}

const settledColumns = [
  "id",
  "amount_cents",
  "currency",
  "failure_code",
  "failure_message",
  "hosted_payment",
];

/** The columns of a `SettledRow`, and those that a booking and a notification of it need; of `payments`. */
export function settledColumnsFor({ stateColumns }: Release): string {
  const plain = [...settledColumns, ...stateColumns, "merchant_id", "is_live", "notification_url"];
  return [...["paid_at", "authorized_at"].map(seconds), ...plain.map((name) => `payments.${name}`)].join(
    ", ",
  );
}

/** The columns of a `SettledRow`, of a CTE `table` that has read them with `settledColumnsFor`. */
export function settledColumnsOf(table: string, { stateColumns }: Release): string {
  return ["paid_at", "authorized_at", ...settledColumns, ...stateColumns]
    .map((name) => `${table}.${name}`)
    .join(", ");
}

const seconds = (name: string): string =>
  `floor(extract(epoch from payments.${name}))::double precision as ${name}`;

/** What `ShownPaymentRow` has more, of `table` with the columns of a `PaymentRow`. Looked up only where there can be any. */
export function shownColumns(table: string): string {
  return `case when ${table}.notification_url is not null then (
    select notifications.response_code from notifications
    where notifications.subject_id = ${table}.id and notifications.response_code is not null
    order by notifications.id desc limit 1) end as notification_code,
  case when ${table}.card_id is not null then (
    select cards.metadata from cards where cards.id = ${table}.card_id) end as card_metadata`;
}
