import type { Settled } from "../acquirer/client.ts";
import type { TerminalContext } from "./context.ts";
import { terminalStatements } from "./statements/all.ts";
import type { TransactionRow } from "./statements/payment.ts";

/** Gives a transaction its outcome, once. Undefined when somebody else was first; what they wrote stands. */
export async function settlePayment(
  { database }: TerminalContext,
  { reference, outcome }: { reference: string; outcome: Settled },
): Promise<TransactionRow | undefined> {
  const [row] =
    outcome.state === "approved"
      ? await database.run<TransactionRow>(terminalStatements.approveTransaction, [reference])
      : await database.run<TransactionRow>(terminalStatements.declineTransaction, [
          reference,
          outcome.code,
          outcome.code === "voided",
        ]);
  return row;
}
