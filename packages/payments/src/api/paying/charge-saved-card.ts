import { newIdentifier } from "../../payments/identifier.ts";
import type { Context } from "../context.ts";
import { readHostedPayment } from "../find-payment.ts";
import { Refusal } from "../refusal.ts";
import type { BegunAttempt } from "../statements/attempt.ts";
import { authoriseAttempt, type PayResult } from "./authorise-attempt.ts";
import { notPayable } from "./pay-with-card.ts";

/**
 * Charges a saved card of the payment's merchant. With the card holder there (`PAYER`) their bank may want
 * them to prove who they are, so the result may be a challenge; without them (`MERCHANT`) it may not.
 * Throws a `Refusal`: 400 when the card is gone, 404, 409 and 504 as `payWithCard`.
 */
export async function chargeSavedCard(
  context: Context,
  { id, cardId, initiator }: { id: string; cardId: string; initiator: "PAYER" | "MERCHANT" },
): Promise<PayResult> {
  const reference = newIdentifier("att");
  const [begun] = await context.database.run<BegunAttempt & { token: string }>(
    context.statements.beginSavedAttempt,
    [id, reference, cardId],
  );
  if (begun === undefined) throw await whyNot(context, id);
  const { token, ...rest } = begun;
  const asked = begun.force_3ds ? "required" : "allowed";
  return authoriseAttempt(context, {
    id,
    reference,
    // It is saved already.
    begun: { ...rest, save_card: false },
    instrument: { token },
    challenge: initiator === "PAYER" ? asked : "none",
  });
}

async function whyNot(context: Context, id: string): Promise<Refusal> {
  const row = await readHostedPayment(context, id);
  if (context.release.statusOf(row) === "created" && row.attempt_id === null) return noSuchCard();
  return notPayable(context, id);
}

export function noSuchCard(): Refusal {
  return new Refusal(400, "This payment method can't be charged.", {
    payment_method: "is no saved card of yours, or has been deleted",
  });
}
