import type { AuthoriseRequest, Outcome } from "../../acquirer/client.ts";
import type { Context } from "../context.ts";
import { readHostedPayment } from "../find-payment.ts";
import { Refusal } from "../refusal.ts";
import type { BegunAttempt } from "../statements/attempt.ts";
import type { SettledRow } from "../statements/payment-row.ts";
import { settleAttempt, type Attempt } from "./settle-attempt.ts";

/** Where a payment is after a card was tried: decided, or waiting for the card holder at `url` (3-D Secure). */
export type PayResult = { state: "settled"; row: SettledRow } | { state: "challenge"; url: string };

/**
 * Asks the acquirer for an attempt that has been written down, and writes down what it says. Throws a 504
 * `Refusal` when it did not say, and recovery will find out.
 */
export async function authoriseAttempt(
  context: Context,
  request: {
    id: string;
    reference: string;
    begun: BegunAttempt;
    instrument: AuthoriseRequest["instrument"];
    challenge: AuthoriseRequest["challenge"];
  },
): Promise<PayResult> {
  const { acquirer, publicUrl } = context;
  const { id, reference, begun, instrument, challenge } = request;
  const outcome = await acquirer.authorise({
    reference,
    amountCents: begun.amount_cents,
    instrument,
    capture: begun.auto_capture,
    challenge,
    ...(challenge === "none" ? {} : { returnUrl: `${publicUrl}/pay/${id}/return` }),
  });
  const attempt = { reference, deferred: !begun.auto_capture, savesCard: begun.save_card };
  return concludeAttempt(context, {
    id,
    attempt,
    // One question at once settles most lost answers; what is left is for recovery.
    outcome: outcome.state === "unknown" ? await acquirer.inquire(reference) : outcome,
  });
}

/** Writes down what the acquirer said about an attempt. */
export async function concludeAttempt(
  context: Context,
  { id, attempt, outcome }: { id: string; attempt: Attempt; outcome: Outcome },
): Promise<PayResult> {
  if (outcome.state === "unknown") {
    throw new Refusal(504, "The acquirer has not said yet whether the card was charged.", {
      id: "ask for the payment again in a moment; it will be settled once",
    });
  }
  if (outcome.state === "challenge") {
    await noteChallenge(context, { reference: attempt.reference, url: outcome.url });
    return outcome;
  }
  const row = await settleAttempt(context, { attempt, outcome });
  return { state: "settled", row: row ?? (await readHostedPayment(context, id)) };
}

/** Writes down where the card holder has to go; the first time, the merchant is told. */
export async function noteChallenge(
  { database, statements }: Context,
  { reference, url }: { reference: string; url: string },
): Promise<void> {
  await database.run(statements.challengeAttempt, [reference, url]);
}
