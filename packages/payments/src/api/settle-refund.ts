import type { Outcome } from "../acquirer/client.ts";
import type { Answer, Context } from "./context.ts";
import { errorBody } from "./refusal.ts";
import { renderRefund, type RefundFacts } from "./render-refund.ts";

/**
 * Gives a refund its outcome, once, and returns the answer that its request gets. An
 * Idempotency-Key gets that answer in the same statement.
 */
export async function settleRefund(
  { database, statements }: Context,
  { refund, outcome }: { refund: RefundFacts; outcome: Exclude<Outcome, { state: "unknown" }> },
): Promise<Answer> {
  if (outcome.state === "approved") {
    const body = JSON.stringify(renderRefund(refund));
    await database.run(statements.settleRefund, [refund.id, body]);
    return { status: 201, body };
  }
  const body = errorBody("The acquirer refused the refund; nothing was given back.", {
    refund: outcome.code,
  });
  await database.run(statements.failRefund, [refund.id, outcome.code, body]);
  return { status: 400, body };
}
