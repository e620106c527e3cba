import type { Answer } from "./context.ts";
import { errorBody } from "./refusal.ts";

/** What the refund object is made of. */
export interface RefundFacts {
  id: string;
  payment_id: string;
  amount_cents: number;
  metadata: Record<string, unknown> | null;
  created_at: number;
  is_live: boolean;
}

/** The refund object of the Payment API. */
export function renderRefund(refund: RefundFacts): Record<string, unknown> {
  return {
    id: refund.id,
    object: "refund",
    is_live: refund.is_live,
    amount: refund.amount_cents,
    currency: "EUR",
    created_at: refund.created_at,
    payment_id: refund.payment_id,
    metadata: refund.metadata,
  };
}

/** What the request for a refund is answered: given back, or refused by the acquirer with `code`. */
export function answerRefund(refund: RefundFacts, code: string | null): Answer {
  if (code === null) return { status: 201, body: JSON.stringify(renderRefund(refund)) };
  const body = errorBody("The acquirer refused the refund; nothing was given back.", { refund: code });
  return { status: 400, body };
}
