import { statement, type Statement } from "../../database/statement.ts";

/** Whether saved card $1 can be charged by merchant $2 in mode $3. */
export const findChargeableCard: Statement = statement(
  "find-chargeable-card",
  `select cards.id
from cards
where cards.id = $1::text and cards.merchant_id = $2::text and cards.is_live = $3::boolean
  and cards.deleted_at is null`,
);

/** Whether merchant $2 has customer $1 in mode $3. */
export const findOwnCustomer: Statement = statement(
  "find-own-customer",
  `select customers.id
from customers
where customers.id = $1::text and customers.merchant_id = $2::text and customers.is_live = $3::boolean
  and customers.deleted_at is null`,
);
