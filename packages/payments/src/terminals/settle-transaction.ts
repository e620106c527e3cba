import type { Settled } from "../acquirer/client.ts";
import type { TerminalContext } from "./context.ts";
import { terminalStatements, type TransactionRow } from "./statements.ts";

/** Gives a transaction its outcome, once. Undefined when somebody else was first; what they wrote stands. */
export async function settleTransaction(
  { database }: TerminalContext,
  { reference, outcome }: { reference: string; outcome: Settled },
): Promise<TransactionRow | undefined> {
  const [row] =
    outcome.state === "approved"
      ? await database.run<TransactionRow>(terminalStatements.approve, [reference])
      : await database.run<TransactionRow>(terminalStatements.decline, [reference, outcome.code]);
  return row;
}
