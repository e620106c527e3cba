import { statement } from "../../database/statement.ts";

export interface TerminalRow {
  poi_id: string;
  merchant_id: string;
  is_live: boolean;
  /** The cash register that it has logged in for; null while it is logged out. */
  logged_in_for: string | null;
}

/** $1 SHA-256 of the terminal's token. */
export const findTerminal = statement(
  "find-terminal",
  `select terminals.poi_id, terminals.merchant_id, terminals.is_live,
  case when terminals.logged_in_at is not null then terminals.sale_id end as logged_in_for
from terminals
where terminals.token_hash = $1::bytea`,
);

/** $1 terminal, $2 the cash register it belongs to from now on. */
export const logIn = statement(
  "log-in-terminal",
  `update terminals set logged_in_at = now(), sale_id = $2::text
where terminals.poi_id = $1::text
returning terminals.poi_id`,
);

/** $1 terminal. */
export const logOut = statement(
  "log-out-terminal",
  `update terminals set logged_in_at = null, sale_id = null
where terminals.poi_id = $1::text
returning terminals.poi_id`,
);
