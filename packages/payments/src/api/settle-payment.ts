import type { Outcome } from "../acquirer/client.ts";
import { failureCodeOf, failureMessages } from "../payments/status.ts";
import type { Context } from "./context.ts";
import type { PaymentRow } from "./statements/payment-row.ts";

/**
 * Gives an attempt its outcome: paid and booked, or failed. Undefined when somebody else (recovery, or the
 * request itself) settled it first; what they wrote stands.
 */
export async function settlePayment(
  { database, statements }: Context,
  { attempt, outcome }: { attempt: string; outcome: Exclude<Outcome, { state: "unknown" }> },
): Promise<PaymentRow | undefined> {
  if (outcome.state === "approved") {
    const [paid] = await database.run<PaymentRow>(statements.settlePayment, [attempt]);
    return paid;
  }
  const code = failureCodeOf(outcome.code);
  const [failed] = await database.run<PaymentRow>(statements.failPayment, [
    attempt,
    code,
    failureMessages[code],
  ]);
  return failed;
}
