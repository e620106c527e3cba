import type { Postmortem } from "../api/postmortems.ts";
import type { Control } from "../control/control.ts";
import { suggestActions } from "./actions/suggest-actions.ts";
import { findPostmortem } from "./find-postmortem.ts";
import { postmortemOf, readLatestTexts } from "./postmortem.ts";
import { readFacts } from "./read-facts.ts";

/** A post-mortem with its texts, what stands against publishing it, and what its facts speak for doing. Throws `Failure` "not-found". */
export async function readPostmortem(query: Control["query"], incident: string): Promise<Postmortem> {
  const row = await findPostmortem(query, incident);
  const texts = await readLatestTexts(query, row.id);
  const facts = await readFacts(query, row.incident);
  return {
    ...postmortemOf(row, { texts, required: facts.locales }),
    suggestions: suggestActions(facts, new Date()),
  };
}
