import type { Client } from "pg";
import { addCredits, listCreditors, type Creditor } from "../ledger/statements.ts";

/** Moves every credit into its balance now, as the worker does in its own time: for tests that look at balances. */
export async function addAllCredits(sql: Client): Promise<void> {
  const { rows } = await sql.query<Creditor>(listCreditors.sql, [1_000]);
  for (const { merchant_id: merchantId, is_live: isLive } of rows) {
    await sql.query(addCredits.sql, [merchantId, isLive]);
  }
}
