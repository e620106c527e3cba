import { statement } from "../database/statement.ts";
import { moveCredits } from "./booking.ts";

export interface Creditor {
  merchant_id: string;
  is_live: boolean;
}

/** Merchants who have credits that are not in their balance yet, at most $1. */
export const listCreditors = statement(
  "list-creditors",
  `select merchant_credits.merchant_id, merchant_credits.is_live
from merchant_credits
group by merchant_credits.merchant_id, merchant_credits.is_live
limit $1::integer`,
);

/** Moves the credits of merchant $1 in mode $2 into its balance. Returns how many it were. */
export const addCredits = statement(
  "add-credits",
  `with merchant as (
  select $1::text as merchant_id, $2::boolean as is_live
), ${moveCredits("merchant", "0")}
select count(*)::integer as added from moved`,
);
