import type { Settled } from "../acquirer/client.ts";
import type { TerminalContext } from "./context.ts";
import { terminalStatements } from "./statements/all.ts";

/** Gives a reversal its outcome, once. False when somebody else was first; what they wrote stands. */
export async function settleReversal(
  { database }: TerminalContext,
  { reference, outcome }: { reference: string; outcome: Settled },
): Promise<boolean> {
  const rows =
    outcome.state === "approved"
      ? await database.run(terminalStatements.approveReversal, [reference])
      : await database.run(terminalStatements.declineReversal, [reference, outcome.code]);
  return rows.length > 0;
}
