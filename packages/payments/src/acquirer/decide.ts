import type { Decision, Journal } from "./journal.ts";
import { outcomeOf } from "./test-cards.ts";

export interface AuthorisationRequest {
  reference: string;
  amountCents: number;
  card: { number: string };
}

export interface RefundRequest {
  reference: string;
  authorisation: string;
  amountCents: number;
}

/** A reference that is already known, under which something else is now asked for. */
export class ReferenceConflict extends Error {
  override name = "ReferenceConflict";
}

// Nothing may await between looking a reference up and adding it: that is what makes each decision single.

/** Approves or declines once per reference; asked again, gives the first answer again. */
export async function authorise(
  journal: Journal,
  { reference, amountCents, card }: AuthorisationRequest,
): Promise<{ decision: Decision; lost: boolean }> {
  const known = journal.find(reference);
  if (known !== undefined) {
    await journal.durable();
    if (known.kind !== "void" && (known.kind !== "authorisation" || known.amountCents !== amountCents)) {
      throw new ReferenceConflict(`reference ${reference} stands for something else`);
    }
    return { decision: known, lost: false };
  }
  const { code, answer } = outcomeOf(card.number);
  const decision: Decision = {
    reference,
    kind: "authorisation",
    state: code === null ? "approved" : "declined",
    code,
    amountCents,
    authorisation: null,
  };
  await journal.add(decision);
  return { decision, lost: answer === "lost" };
}

/** Gives back part or all of an approved authorisation, never more than it. Once per reference. */
export async function refund(
  journal: Journal,
  { reference, authorisation, amountCents }: RefundRequest,
): Promise<Decision> {
  const known = journal.find(reference);
  if (known !== undefined) {
    await journal.durable();
    const same = known.authorisation === authorisation && known.amountCents === amountCents;
    if (known.kind !== "void" && (known.kind !== "refund" || !same)) {
      throw new ReferenceConflict(`reference ${reference} stands for something else`);
    }
    return known;
  }
  const decision: Decision = {
    reference,
    kind: "refund",
    ...judgeRefund(journal, { authorisation, amountCents }),
    amountCents,
    authorisation,
  };
  await journal.add(decision);
  return decision;
}

function judgeRefund(
  journal: Journal,
  { authorisation, amountCents }: { authorisation: string; amountCents: number },
): Pick<Decision, "state" | "code"> {
  const original = journal.find(authorisation);
  if (original === undefined || original.kind !== "authorisation" || original.state !== "approved") {
    return { state: "declined", code: "unknown_authorisation" };
  }
  if (journal.refundedCents(authorisation) + amountCents > original.amountCents) {
    return { state: "declined", code: "exceeds_authorisation" };
  }
  return { state: "approved", code: null };
}

/**
 * Settles what nobody has an answer for: what was decided, or, where the reference never arrived, a
 * decline that stands even if the request arrives late.
 */
export async function voidUnknown(journal: Journal, reference: string): Promise<Decision> {
  const known = journal.find(reference);
  if (known !== undefined) {
    await journal.durable();
    return known;
  }
  const decision: Decision = {
    reference,
    kind: "void",
    state: "declined",
    code: "voided",
    amountCents: 0,
    authorisation: null,
  };
  await journal.add(decision);
  return decision;
}

/** What was decided, once it is on disk: nobody may be told of a decision that a crash could take back. */
export async function recall(journal: Journal, reference: string): Promise<Decision | undefined> {
  const known = journal.find(reference);
  if (known !== undefined) await journal.durable();
  return known;
}
