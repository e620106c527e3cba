import type { PendingOperation } from "../recovery/statements.ts";
import type { TerminalContext } from "./context.ts";
import { settlePayment } from "./settle-payment.ts";
import { settleReversal } from "./settle-reversal.ts";

/** Settles a payment or reversal that was left pending. False when its outcome is still not known. */
export async function recoverOperation(
  context: TerminalContext,
  { reference, kind }: PendingOperation,
): Promise<boolean> {
  const outcome = await context.acquirer.inquire(reference);
  if (outcome.state === "unknown" || outcome.state === "challenge") return false;
  if (kind === "reversal") return settleReversal(context, { reference, outcome });
  return (await settlePayment(context, { reference, outcome })) !== undefined;
}
