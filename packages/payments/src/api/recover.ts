import type { PendingOperation } from "../recovery/statements.ts";
import type { Context } from "./context.ts";
import { settlePayment } from "./settle-payment.ts";
import { settleRefund } from "./settle-refund.ts";
import type { RefundRow } from "./statements/refund.ts";

/** Settles a payment or refund that was left pending. */
export async function recoverOperation(
  context: Context,
  { reference, kind }: PendingOperation,
): Promise<boolean> {
  const outcome = await context.acquirer.inquire(reference);
  if (outcome.state === "unknown") return false;
  if (kind === "payment")
    return (await settlePayment(context, { attempt: reference, outcome })) !== undefined;
  const { database, statements } = context;
  const [refund] = await database.run<RefundRow>(statements.findRefund, [reference]);
  if (refund === undefined) throw new Error(`refund ${reference} has an operation and no row`);
  await settleRefund(context, { refund, outcome });
  return true;
}
