import type { Challenge } from "../journal/challenges.ts";
import type { Decision } from "../journal/decisions.ts";
import { behaviourOf } from "../test-cards.ts";
import { answerAgain, decide, type Acquiring } from "./acquiring.ts";

/** The code that proves who the card holder is. */
export const rightCode = "000000";

/**
 * Ends a challenge: with the right code the issuer decides as it does, with another one, or none (the card
 * holder cancelled), it declines. The first answer stands.
 */
export async function answerChallenge(
  acquiring: Acquiring,
  { challenge, code }: { challenge: Challenge; code: string | null },
): Promise<Decision> {
  const { journal } = acquiring;
  const { reference, kind, amountCents, token } = challenge;
  const known = journal.decisions.find(reference);
  if (known !== undefined) return answerAgain(acquiring, { known, wanted: {} });
  const proved = code === rightCode;
  const issuer = behaviourOf(journal.vault.find(token)?.profile ?? "processingError").code;
  const refusal = proved ? issuer : "3ds_declined";
  const state = refusal === null ? "approved" : "declined";
  const decision: Decision = {
    reference,
    kind,
    amountCents,
    token,
    authorisation: null,
    state,
    code: refusal,
    is3ds: proved,
  };
  return decide(acquiring, decision);
}
