import type { Decision } from "../journal/decisions.ts";
import { decide, type Acquiring, type Answer } from "./acquiring.ts";
import { inquire } from "./inquire.ts";

/** As `inquire`, but a challenge that is still open ends here, declined. */
export async function abandon(acquiring: Acquiring, reference: string): Promise<Answer> {
  const { journal } = acquiring;
  const challenge = journal.challenges.of(reference);
  if (challenge === undefined || journal.decisions.find(reference) !== undefined) {
    return inquire(acquiring, reference);
  }
  const { kind, amountCents, token } = challenge;
  const decision: Decision = {
    reference,
    kind,
    amountCents,
    token,
    authorisation: null,
    state: "declined",
    code: "timeout",
    is3ds: false,
  };
  return { decision: await decide(acquiring, decision) };
}
