import { statement } from "../../database/statement.ts";

/** Whose key it is. $1 is its SHA-256. */
export const findApiKey = statement(
  "find-api-key",
  `select api_keys.merchant_id, api_keys.is_live
from api_keys
where api_keys.key_hash = $1::bytea and api_keys.revoked_at is null`,
);
