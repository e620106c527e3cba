import type { Decision } from "../journal/decisions.ts";
import { answerAgain, behaviourBehind, decide, type Acquiring } from "./acquiring.ts";
import { findHolding, type Holding } from "./held.ts";

export interface ClosingRequest {
  reference: string;
  authorisation: string;
  /** Of a release: nothing, because it always lets go of all that is held. */
  amountCents?: number;
}

/** What is done to an authorisation afterwards: each once per reference, and never for more than there is. */
export type Closing = "capture" | "release" | "refund";

/** Captures, releases or refunds. Asked again, it gives the first answer again. */
export async function close(
  acquiring: Acquiring,
  { kind, request }: { kind: Closing; request: ClosingRequest },
): Promise<Decision> {
  const { reference, authorisation } = request;
  const known = acquiring.journal.decisions.find(reference);
  if (known !== undefined) {
    const amount = request.amountCents === undefined ? {} : { amountCents: request.amountCents };
    return answerAgain(acquiring, { known, wanted: { kind, authorisation, ...amount } });
  }
  const holding = findHolding(acquiring, authorisation);
  const amountCents = request.amountCents ?? holding?.authorizedCents ?? 0;
  const refusal =
    holding === undefined
      ? "unknown_authorisation"
      : (refusals[kind](holding, amountCents) ??
        (kind === "refund" ? behaviourBehind(acquiring, authorisation).refundCode : null));
  return decide(acquiring, {
    reference,
    kind,
    state: refusal === null ? "approved" : "declined",
    code: refusal,
    amountCents,
    authorisation,
    is3ds: false,
    token: null,
  });
}

/** Why not; null when there is nothing against it. */
const refusals: Record<Closing, (holding: Holding, amountCents: number) => string | null> = {
  capture: (holding, amountCents) => {
    if (holding.hasExpired) return "authorisation_expired";
    if (!holding.isHeld) return "nothing_held";
    return amountCents > holding.authorizedCents ? "exceeds_authorisation" : null;
  },
  // One that has expired is let go already; saying so again does no harm, and spares a special case.
  release: (holding) => (holding.isHeld || holding.hasExpired ? null : "nothing_held"),
  refund: ({ capturedCents, refundedCents }, amountCents) =>
    refundedCents + amountCents > capturedCents ? "exceeds_capture" : null,
};
