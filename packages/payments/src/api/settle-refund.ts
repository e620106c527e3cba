import type { Settled } from "../acquirer/client.ts";
import type { Context } from "./context.ts";

/** Gives a refund its outcome, once; what somebody else wrote first is the same. */
export async function settleRefund(
  { database, statements }: Context,
  { reference, outcome }: { reference: string; outcome: Settled },
): Promise<void> {
  if (outcome.state === "approved") await database.run(statements.settleRefund, [reference]);
  else await database.run(statements.failRefund, [reference, outcome.code]);
}
