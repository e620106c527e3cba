import type { Context } from "../../api/context.ts";
import { chargeSavedCard } from "../../api/paying/charge-saved-card.ts";
import { insertValues, newPayment } from "../../api/paying/new-payment.ts";
import { Refusal } from "../../api/refusal.ts";
import type { DuePart, ForsakenPart } from "../../api/statements/plan-progress.ts";
import { failureMessages } from "../../payments/status.ts";
import type { Job } from "../job.ts";

const partsPerRun = 20;
/** Of a part whose payments the acquirer never decides. */
const mostTriesAgain = 5;
/** After so long, a payment that was made for a part and never charged is taken to be forsaken. */
const forsakenSeconds = 10;

/**
 * Charges the parts of installment plans that are due to the card that was saved with the first one, and tells the
 * plans what became of their parts. The payment is tied to its part before the card is charged, so a worker
 * that is killed in between leaves something that the next one goes on with, and nothing is charged twice.
 */
export const payInstalments: Job = {
  name: "pay-instalments",
  everyMs: 1_000,
  async run(context, signal) {
    const { database, statements } = context;
    let done = 0;
    const settled = async (): Promise<number> =>
      (await database.run(statements.settlePart, [mostTriesAgain])).length;
    while (!signal.aborted && done < partsPerRun && (await settled()) > 0) done += 1;
    const due = await database.run<DuePart>(statements.listDueParts, [partsPerRun]);
    for (const part of due) {
      if (signal.aborted) return done;
      if (await start(context, part)) done += 1;
    }
    const forsaken = await database.run<ForsakenPart>(statements.listForsakenParts, [
      partsPerRun,
      forsakenSeconds,
    ]);
    for (const part of forsaken) {
      if (signal.aborted) return done;
      if (await charge(context, part)) done += 1;
    }
    return done + (await endForsakenPlans(context));
  },
};

/** True when this worker made the payment of the part, and not another one. */
async function start(context: Context, part: DuePart): Promise<boolean> {
  const caller = { merchantId: part.merchant_id, isLive: part.is_live };
  const payment = newPayment(caller, {
    amountCents: part.amount_cents,
    metadata: part.metadata,
    billing: part.billing,
    shipping: part.shipping,
    notificationUrl: part.notification_url,
    initiator: "MERCHANT",
    installmentPlanId: part.plan_id,
  });
  const started = await context.database.run(context.statements.startPart, [
    ...insertValues(caller, payment),
    part.plan_id,
    part.number,
  ]);
  if (started.length === 0) return false;
  await charge(context, { payment_id: payment.row.id, card_id: part.card_id });
  return true;
}

/** False when the acquirer has not said how it went (recovery finds out), or another worker charges it. */
async function charge(context: Context, { payment_id: id, card_id: cardId }: ForsakenPart): Promise<boolean> {
  try {
    await chargeSavedCard(context, { id, cardId, initiator: "MERCHANT" });
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.status !== 400) return false;
    // The card has been deleted since.
    const values = [id, "method_unsupported", failureMessages.method_unsupported];
    const failed = await context.database.run(context.statements.failPart, values);
    return failed.length === 1;
  }
}

async function endForsakenPlans({ database, statements }: Context): Promise<number> {
  let ended = 0;
  for (; ended < partsPerRun; ended++) {
    const plans = await database.run(statements.endForsakenPlan, [failureMessages.timeout]);
    if (plans.length === 0) break;
  }
  const open = await database.run<{ id: string }>(statements.listEndedPlansWithOpenPayments, [partsPerRun]);
  for (const { id } of open) await database.run(statements.abortPlanPayments, [id, failureMessages.aborted]);
  return ended + open.length;
}
