import { newIdentifier } from "../../payments/identifier.ts";
import type { Caller } from "../context.ts";
import type { PaymentRow, ShownPaymentRow } from "../statements/payment-row.ts";

/** What a payment is made from. */
export interface NewPayment {
  /** What is to be paid, or held when `deferred`. */
  amountCents: number;
  deferred?: boolean;
  description?: string | null;
  metadata?: Record<string, unknown> | null;
  billing?: Record<string, unknown> | null;
  shipping?: Record<string, unknown> | null;
  hostedPayment?: Record<string, unknown> | null;
  notificationUrl?: string | null;
  force3ds?: boolean;
  saveCard?: boolean;
  allowSaveCard?: boolean;
  initiator?: "PAYER" | "MERCHANT" | null;
  customerId?: string | null;
  installmentPlanId?: string | null;
}

/** An open payment as it will be in the database, and what only the insert needs. */
export interface OpenPayment {
  row: ShownPaymentRow;
  force3ds: boolean;
  initiator: string | null;
  customerId: string | null;
}

export function newPayment(caller: Caller, wanted: NewPayment): OpenPayment {
  const deferred = wanted.deferred ?? false;
  const row: ShownPaymentRow = {
    ...blank,
    id: newIdentifier("pay"),
    is_live: caller.isLive,
    amount_cents: wanted.amountCents,
    created_at: Math.floor(Date.now() / 1_000),
    auto_capture: !deferred,
    authorized_amount_cents: deferred ? wanted.amountCents : null,
    description: wanted.description ?? null,
    metadata: wanted.metadata ?? null,
    billing: wanted.billing ?? null,
    shipping: wanted.shipping ?? null,
    hosted_payment: wanted.hostedPayment ?? null,
    notification_url: wanted.notificationUrl ?? null,
    save_card: wanted.saveCard ?? false,
    allow_save_card: wanted.allowSaveCard ?? false,
    installment_plan_id: wanted.installmentPlanId ?? null,
  };
  return {
    row,
    force3ds: wanted.force3ds ?? false,
    initiator: wanted.initiator ?? null,
    customerId: wanted.customerId ?? null,
  };
}

/** $1 to $20 of every insert of a payment (statements/create.ts). */
export function insertValues(
  caller: Caller,
  { row, force3ds, initiator, customerId }: OpenPayment,
): unknown[] {
  return [
    row.id,
    caller.merchantId,
    row.is_live,
    row.amount_cents,
    row.currency,
    row.created_at,
    row.description,
    row.metadata,
    row.billing,
    row.shipping,
    row.hosted_payment,
    row.notification_url,
    row.auto_capture,
    row.authorized_amount_cents,
    force3ds,
    row.save_card,
    row.allow_save_card,
    initiator,
    customerId,
    row.installment_plan_id,
  ];
}

type Undecided = Omit<
  PaymentRow,
  | "id"
  | "is_live"
  | "amount_cents"
  | "created_at"
  | "auto_capture"
  | "authorized_amount_cents"
  | "description"
  | "metadata"
  | "billing"
  | "shipping"
  | "hosted_payment"
  | "notification_url"
  | "save_card"
  | "allow_save_card"
  | "installment_plan_id"
>;

const blank: Undecided & Pick<ShownPaymentRow, "notification_code" | "card_metadata"> = {
  amount_refunded_cents: 0,
  amount_refunding_cents: 0,
  currency: "EUR",
  paid_at: null,
  failure_code: null,
  failure_message: null,
  attempt_id: null,
  authorized_at: null,
  authorization_expires_at: null,
  closing_id: null,
  is_3ds: null,
  payment_method: null,
  card_id: null,
  card_brand: null,
  card_last4: null,
  card_exp_month: null,
  card_exp_year: null,
  card_country: null,
  is_paid: false,
  is_refunded: false,
  status: "created",
  notification_code: null,
  card_metadata: null,
};
