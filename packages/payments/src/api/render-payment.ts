import { refundableUntil } from "../payments/refundable.ts";
import type { Context } from "./context.ts";
import type { PaymentRow, SettledRow, ShownPaymentRow } from "./statements/payment-row.ts";

const billingMembers = [
  "title",
  "first_name",
  "last_name",
  "email",
  "mobile_phone_number",
  "landline_phone_number",
  "address1",
  "address2",
  "company_name",
  "postcode",
  "city",
  "state",
  "country",
  "language",
] as const;
const shippingMembers = [...billingMembers, "delivery_type"] as const;

/** The payment object of the Payment API: amounts in cents, times in seconds since 1970. */
export function renderPayment(
  { release, publicUrl }: Pick<Context, "release" | "publicUrl">,
  row: PaymentRow & Partial<ShownPaymentRow>,
): Record<string, unknown> {
  const status = release.statusOf(row);
  const paid = status === "paid" || status === "refunded";
  const paidAt = paid ? row.paid_at : null;
  return {
    id: row.id,
    object: "payment",
    is_live: row.is_live,
    amount: row.amount_cents,
    amount_refunded: row.amount_refunded_cents,
    currency: row.currency,
    created_at: row.created_at,
    description: row.description,
    metadata: row.metadata,
    is_paid: paid,
    paid_at: paidAt,
    is_refunded: status === "refunded",
    is_3ds: row.is_3ds,
    save_card: row.save_card,
    installment_plan_id: row.installment_plan_id,
    refundable_after: paidAt,
    refundable_until: paidAt === null ? null : refundableUntil(paidAt),
    // An authorisation is as good as a payment here: the card is known, and may have been saved.
    card: renderCard(row, paid || status === "authorized"),
    billing: renderBilling(row.billing),
    shipping: renderShipping(row.shipping),
    hosted_payment: renderHostedPayment({ publicUrl }, { row, paidAt }),
    notification:
      row.notification_url === null
        ? null
        : { url: row.notification_url, response_code: row.notification_code ?? null },
    failure: renderFailure(row),
    authorization: row.auto_capture
      ? null
      : {
          authorized_at: row.authorized_at,
          expires_at: row.authorization_expires_at,
          authorized_amount: row.authorized_amount_cents,
        },
    payment_method: row.payment_method,
  };
}

/** The same payment for the card holder's side: of what is left out, nothing is for it. */
export function renderForCardHolder(
  { release, publicUrl }: Pick<Context, "release" | "publicUrl">,
  row: SettledRow,
): Record<string, unknown> {
  const status = release.statusOf(row);
  const paid = status === "paid" || status === "refunded";
  return {
    id: row.id,
    object: "payment",
    is_paid: paid,
    amount: row.amount_cents,
    currency: row.currency,
    failure: renderFailure(row),
    hosted_payment: renderHostedPayment({ publicUrl }, { row, paidAt: paid ? row.paid_at : null }),
  };
}

function renderHostedPayment(
  { publicUrl }: Pick<Context, "publicUrl">,
  { row, paidAt }: { row: SettledRow; paidAt: number | null },
): Record<string, unknown> {
  return {
    payment_url: `${publicUrl}/pay/${row.id}`,
    return_url: row.hosted_payment?.["return_url"] ?? null,
    cancel_url: row.hosted_payment?.["cancel_url"] ?? null,
    paid_at: paidAt,
    sent_by: row.hosted_payment?.["sent_by"] ?? null,
  };
}

function renderFailure(row: SettledRow): Record<string, unknown> | null {
  return row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message };
}

function renderCard(row: PaymentRow & Partial<ShownPaymentRow>, known: boolean): Record<string, unknown> {
  return {
    last4: known ? row.card_last4 : null,
    country: known ? row.card_country : null,
    exp_month: known ? row.card_exp_month : null,
    exp_year: known ? row.card_exp_year : null,
    brand: known ? row.card_brand : null,
    id: known ? row.card_id : null,
    metadata: known ? (row.card_metadata ?? null) : null,
  };
}

/** Every member of a billing or shipping object, those that are not known as null. */
export function renderBilling(values: Record<string, unknown> | null): Record<string, unknown> {
  return members(billingMembers, values);
}

export function renderShipping(values: Record<string, unknown> | null): Record<string, unknown> {
  return members(shippingMembers, values);
}

function members(names: readonly string[], values: Record<string, unknown> | null): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values?.[name] ?? null]));
}
