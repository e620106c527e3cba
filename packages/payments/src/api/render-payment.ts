import type { Context } from "./context.ts";
import type { PaymentRow } from "./statements/payment-row.ts";

const refundableSeconds = 180 * 86_400;

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
export function renderPayment({ release, publicUrl }: Context, row: PaymentRow): Record<string, unknown> {
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
    is_3ds: null,
    save_card: false,
    installment_plan_id: null,
    refundable_after: paidAt,
    refundable_until: paidAt === null ? null : paidAt + refundableSeconds,
    card: renderCard(row, paid),
    billing: members(billingMembers, row.billing),
    shipping: members(shippingMembers, row.shipping),
    hosted_payment: {
      payment_url: `${publicUrl}/pay/${row.id}`,
      return_url: row.hosted_payment?.["return_url"] ?? null,
      cancel_url: row.hosted_payment?.["cancel_url"] ?? null,
      paid_at: paidAt,
      sent_by: null,
    },
    notification: row.notification_url === null ? null : { url: row.notification_url, response_code: null },
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message },
    authorization: null,
    payment_method: null,
  };
}

function renderCard(row: PaymentRow, paid: boolean): Record<string, unknown> {
  return {
    last4: paid ? row.card_last4 : null,
    country: paid ? row.card_country : null,
    exp_month: paid ? row.card_exp_month : null,
    exp_year: paid ? row.card_exp_year : null,
    brand: paid ? row.card_brand : null,
    id: null,
    metadata: null,
  };
}

function members(names: readonly string[], values: Record<string, unknown> | null): Record<string, unknown> {
  return Object.fromEntries(names.map((name) => [name, values?.[name] ?? null]));
}
