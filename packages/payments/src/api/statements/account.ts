import { statement } from "../../database/statement.ts";

export interface AccountRow {
  id: string;
  name: string;
  country: string;
}

/** $1 merchant. */
export const getAccount = statement(
  "get-account",
  `select merchants.id, merchants.name, merchants.country
from merchants
where merchants.id = $1::text`,
);
