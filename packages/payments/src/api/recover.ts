import type { Outcome, Settled } from "../acquirer/client.ts";
import type { PendingOperation } from "../recovery/statements.ts";
import type { Context } from "./context.ts";
import { noteChallenge } from "./paying/authorise-attempt.ts";
import { settleClosing } from "./paying/close-authorization.ts";
import { settleAttempt } from "./paying/settle-attempt.ts";
import { settleRefund } from "./settle-refund.ts";

/** Settles an operation that was left pending, by inquiry. False when its outcome is still open. */
export async function recoverOperation(context: Context, operation: PendingOperation): Promise<boolean> {
  return settleOperation(context, {
    operation,
    outcome: await context.acquirer.inquire(operation.reference),
  });
}

/** Writes down what the acquirer said about a pending operation. False when that leaves it open. */
export async function settleOperation(
  context: Context,
  { operation, outcome }: { operation: PendingOperation; outcome: Outcome },
): Promise<boolean> {
  const { reference, kind } = operation;
  if (outcome.state === "unknown") return false;
  if (outcome.state === "challenge") {
    await noteChallenge(context, { reference, url: outcome.url });
    return false;
  }
  switch (kind) {
    case "payment":
      return settleRecoveredAttempt(context, { reference, outcome });
    case "capture":
    case "release":
      await settleClosing(context, { reference, kind, outcome });
      return true;
    case "refund":
      await settleRefund(context, { reference, outcome });
      return true;
    case "terminal":
    case "reversal":
      throw new Error(`${kind} operations are the terminal service's to settle`);
  }
}

async function settleRecoveredAttempt(
  context: Context,
  { reference, outcome }: { reference: string; outcome: Settled },
): Promise<boolean> {
  const { database, statements } = context;
  const [found] = await database.run<{ auto_capture: boolean; save_card: boolean }>(statements.findAttempt, [
    reference,
  ]);
  if (found === undefined) throw new Error(`attempt ${reference} has an operation and no payment`);
  const attempt = { reference, deferred: !found.auto_capture, savesCard: found.save_card };
  return (await settleAttempt(context, { attempt, outcome })) !== undefined;
}
