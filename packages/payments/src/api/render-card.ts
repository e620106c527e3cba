import type { CardRow } from "./statements/card.ts";

/** The card object of the Payment API. */
export function renderCard(row: CardRow): Record<string, unknown> {
  return {
    id: row.id,
    object: "card",
    is_live: row.is_live,
    created_at: row.created_at,
    customer_id: row.customer_id,
    last4: row.last4,
    brand: row.brand,
    exp_month: row.exp_month,
    exp_year: row.exp_year,
    country: row.country,
    metadata: row.metadata,
  };
}
