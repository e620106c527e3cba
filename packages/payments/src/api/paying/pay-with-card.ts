import { issuerCountryOf, traceOf, type Card } from "../../payments/card.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import type { Context } from "../context.ts";
import { readHostedPayment } from "../find-payment.ts";
import { Refusal } from "../refusal.ts";
import type { BegunAttempt } from "../statements/attempt.ts";
import { authoriseAttempt, concludeAttempt, type PayResult } from "./authorise-attempt.ts";

export type { PayResult } from "./authorise-attempt.ts";

/**
 * Charges a card that was typed on the hosted page, or has its amount held where the capture is deferred.
 * `saveCard` is the card holder's wish; it counts where the merchant has them asked. Throws a `Refusal`: 404
 * for no such payment, 409 when it can't be paid (any more), 504 when the acquirer did not say.
 */
export async function payWithCard(
  context: Context,
  { id, card, saveCard }: { id: string; card: Card; saveCard: boolean },
): Promise<PayResult> {
  const reference = newIdentifier("att");
  const trace = traceOf(card);
  const [begun] = await context.database.run<BegunAttempt>(context.statements.beginAttempt, [
    id,
    reference,
    trace.brand,
    trace.last4,
    trace.expMonth,
    trace.expYear,
    issuerCountryOf(card.number),
    saveCard,
  ]);
  if (begun === undefined) throw await notPayable(context, id);
  const challenge = begun.force_3ds ? "required" : "allowed";
  return authoriseAttempt(context, { id, reference, begun, instrument: { card }, challenge });
}

/**
 * The card holder came back from proving who they are: asks the acquirer how it went. `challenge` when they
 * have not finished. Throws a `Refusal`: 404, 409 when no card has been tried, 504 when the acquirer did not say.
 */
export async function finishChallenge(context: Context, { id }: { id: string }): Promise<PayResult> {
  const row = await readHostedPayment(context, id);
  if (context.release.statusOf(row) !== "created") return { state: "settled", row };
  if (row.attempt_id === null) throw new Refusal(409, "No card has been tried for this payment yet.");
  return concludeAttempt(context, {
    id,
    attempt: { reference: row.attempt_id, deferred: !row.auto_capture, savesCard: row.save_card },
    outcome: await context.acquirer.inquire(row.attempt_id),
  });
}

/** Why a payment can't be paid now; 404 when there is none. */
export async function notPayable(context: Context, id: string): Promise<Refusal> {
  const status = context.release.statusOf(await readHostedPayment(context, id));
  return new Refusal(
    409,
    status === "created" ? "A card is being charged for this payment." : `This payment is ${status}.`,
    { id: "can't be paid now" },
  );
}
