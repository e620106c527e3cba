import { findCustomer } from "../find-customer.ts";
import { listOfMerchant } from "../list-of-merchant.ts";
import { renderCard } from "../render-card.ts";
import type { CardRow } from "../statements/card.ts";

/** GET /v1/customers/{id}/cards?per_page&page, latest first. */
export const listCards = listOfMerchant<CardRow>({
  path: "/v1/customers/:id/cards",
  statement: (statements) => statements.listCards,
  render: (_, row) => renderCard(row),
  below: { find: findCustomer },
});
