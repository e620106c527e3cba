import type { Token } from "../api/tokens.ts";
import type { Control } from "../control/control.ts";
import { tokenColumns, tokenOf, type TokenRow } from "./token-row.ts";

/** Every token there ever was, the newest first, at most 1,000; of the tokens themselves nothing is known. */
export async function listTokens(control: Pick<Control, "query">): Promise<Token[]> {
  const rows = await control.query<TokenRow>(
    `select ${tokenColumns} from interlock_control.tokens order by created_at desc, id limit 1000`,
  );
  return rows.map(tokenOf);
}
