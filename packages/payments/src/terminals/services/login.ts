import type { Terminal, TerminalContext } from "../context.ts";
import type { MessageHeader, ServiceResponse } from "../nexo.ts";
import { terminalStatements } from "../statements.ts";

/** Login: from now on the terminal works for this cash register. */
export async function login(
  { database }: TerminalContext,
  { terminal, header }: { terminal: Terminal; header: MessageHeader },
): Promise<ServiceResponse> {
  await database.run(terminalStatements.logIn, [terminal.poi_id, header.SaleID]);
  return { Response: { Result: "Success" }, POISystemData: { DateTime: new Date().toISOString() } };
}
