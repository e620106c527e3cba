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
