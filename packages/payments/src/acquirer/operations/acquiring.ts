import type { Challenge } from "../journal/challenges.ts";
import type { Decision } from "../journal/decisions.ts";
import type { Journal } from "../journal/journal.ts";
import { behaviourOf, type Behaviour } from "../test-cards.ts";

// What the operations have in common. Nothing may await between looking a reference up and writing about it:
// that is what makes each decision single.

/** What every operation works with. */
export interface Acquiring {
  journal: Journal;
  /** Milliseconds of Unix time. */
  now: () => number;
}

/** What is known about a reference: what was decided, or that the card holder is being asked. */
export type Answer = { decision: Decision } | { challenge: Challenge };

/** A reference that is already known, under which something else is now asked for. */
export class ReferenceConflict extends Error {
  override name = "ReferenceConflict";
  constructor(reference: string) {
    super(`reference ${reference} stands for something else`);
  }
}

/**
 * What was decided about a reference, once it is on disk: nobody may be told of a decision that a crash could
 * take back. Throws when it was about something else than `wanted`; one that was voided is voided for anything.
 */
export async function answerAgain(
  { journal }: Acquiring,
  { known, wanted }: { known: Decision; wanted: Partial<Decision> },
): Promise<Decision> {
  await journal.durable();
  const differs = Object.entries(wanted).some(([name, value]) => known[name as keyof Decision] !== value);
  if (known.kind !== "void" && differs) throw new ReferenceConflict(known.reference);
  return known;
}

/** Writes a decision down and answers with it. */
export async function decide({ journal, now }: Acquiring, decision: Decision): Promise<Decision> {
  await journal.decisions.add(decision, now());
  return decision;
}

/** How the card behind a sale or authorisation behaves. */
export function behaviourBehind({ journal }: Acquiring, authorisation: string): Behaviour {
  const token = journal.decisions.find(authorisation)?.token ?? null;
  return behaviourOf((token === null ? undefined : journal.vault.find(token)?.profile) ?? "approved");
}
