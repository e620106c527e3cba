import type { Context } from "./context.ts";
import { renderBilling, renderShipping } from "./render-payment.ts";
import type { PlanRow } from "./statements/plan.ts";

/** The installment plan object of the Payment API: its page is that of the first part's payment. */
export function renderPlan({ publicUrl }: Context, row: PlanRow): Record<string, unknown> {
  const first = row.schedule[0]?.payment_ids[0] ?? null;
  return {
    id: row.id,
    object: "installment_plan",
    is_live: row.is_live,
    is_active: row.is_active,
    is_fully_paid: row.is_fully_paid,
    currency: row.currency,
    created_at: row.created_at,
    schedule: row.schedule.map((part) => ({
      date: part.date,
      amount: part.amount,
      payment_ids: part.payment_ids,
    })),
    billing: renderBilling(row.billing),
    shipping: renderShipping(row.shipping),
    hosted_payment: {
      payment_url: first === null ? null : `${publicUrl}/pay/${first}`,
      return_url: row.hosted_payment?.["return_url"] ?? null,
      cancel_url: row.hosted_payment?.["cancel_url"] ?? null,
    },
    notification: row.notification_url === null ? null : { url: row.notification_url },
    failure: row.failure_code === null ? null : { code: row.failure_code, message: row.failure_message },
    metadata: row.metadata,
  };
}
