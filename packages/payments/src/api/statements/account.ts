import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

export interface AccountRow {
  id: string;
  name: string;
  country: string;
  /** The end of the number of the account that the merchant is paid out to. */
  iban_last4: string | null;
}

/** $1 merchant. */
export function getAccount({ iban }: Release): Statement {
  return statement(
    "get-account",
    `select merchants.id, merchants.name, merchants.country, right(${iban}, 4) as iban_last4
from merchants
where merchants.id = $1::text`,
  );
}
