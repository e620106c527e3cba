import { answerAgain, decide, type Acquiring, type Answer } from "./acquiring.ts";

/**
 * Settles what nobody has an answer for: what was decided, or that the card holder is being asked, or, where
 * the reference never arrived, a decline that stands even if the request arrives late.
 */
export async function inquire(acquiring: Acquiring, reference: string): Promise<Answer> {
  const { journal } = acquiring;
  const known = journal.decisions.find(reference);
  if (known !== undefined) return { decision: await answerAgain(acquiring, { known, wanted: {} }) };
  const challenge = journal.challenges.of(reference);
  if (challenge !== undefined) {
    await journal.durable();
    return { challenge };
  }
  return {
    decision: await decide(acquiring, {
      reference,
      kind: "void",
      state: "declined",
      code: "voided",
      amountCents: 0,
      authorisation: null,
      is3ds: false,
      token: null,
    }),
  };
}
