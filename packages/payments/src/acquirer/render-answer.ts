import type { Journal } from "./journal/journal.ts";
import type { Answer } from "./operations/acquiring.ts";

/** What the platform is told, as JSON. */
export interface RenderedAnswer {
  reference: string;
  state: "approved" | "declined" | "challenge";
  code?: string | null;
  is3ds?: boolean;
  token?: string | null;
  fingerprint?: string | null;
  /** Where the card holder has to go. */
  url?: string;
}

export function renderAnswer(
  answer: Answer,
  { journal, publicUrl }: { journal: Journal; publicUrl: string },
): RenderedAnswer {
  if ("challenge" in answer) {
    const { reference, id } = answer.challenge;
    return { reference, state: "challenge", url: `${publicUrl}/challenges/${id}` };
  }
  const { reference, state, code, is3ds, token } = answer.decision;
  const fingerprint = token === null ? null : (journal.vault.find(token)?.fingerprint ?? null);
  return { reference, state, code, is3ds, token, fingerprint };
}
