import { newIdentifier } from "../../payments/identifier.ts";
import type { Caller, Context } from "../context.ts";
import { concludeClosing, type BegunClosing, type ClosingResult } from "./close-authorization.ts";

/** Captures what a card holds for a payment, or `amountCents` of it; the rest is let go. Once. */
export async function captureAuthorization(
  context: Context,
  { caller, id, amountCents }: { caller: Caller; id: string; amountCents: number | null },
): Promise<ClosingResult> {
  const reference = newIdentifier("cap");
  const [begun] = await context.database.run<BegunClosing>(context.statements.beginCapture, [
    id,
    caller.merchantId,
    caller.isLive,
    reference,
    amountCents,
  ]);
  if (begun === undefined) return { state: "taken" };
  const outcome = await context.acquirer.capture({
    reference,
    authorisation: begun.attempt_id,
    amountCents: begun.amount_cents,
  });
  return concludeClosing(context, { reference, kind: "capture", outcome });
}
