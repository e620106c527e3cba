import type { Postmortem } from "../api/postmortems.ts";
import type { Caller } from "../access/caller.ts";
import type { Control } from "../control/control.ts";
import { markIncidentIn } from "../evidence/mark-incident.ts";
import { requireEnvironment } from "../gate/reach.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { draftTexts } from "./draft-texts.ts";
import { insertTexts } from "./insert-texts.ts";
import { readFacts } from "./read-facts.ts";
import { readPostmortem } from "./read-postmortem.ts";

/**
 * Writes the first text of a post-mortem from the facts, in every required language. The change that caused the incident
 * can be named: its rehearsal then speaks in the root cause, and backtests go by it. Throws `Failure` "not-found",
 * "forbidden", or "already-exists".
 */
export async function draftPostmortem(
  { control }: { control: Control },
  { incident, causedBy, caller }: { incident: string; causedBy?: string | undefined; caller: Caller },
): Promise<Postmortem> {
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const known = await readFacts(query, incident);
    const { environment, reference } = known;
    requireEnvironment(caller, environment);
    if (causedBy !== undefined) {
      await markIncidentIn(transaction, { change: causedBy, incident: reference, caller });
    }
    const facts = causedBy === undefined ? known : await readFacts(query, known.incident);
    const id = newId("pmo");
    const made = await query(
      `insert into interlock_control.postmortems (id, incident, author) values ($1::text, $2::text, $3::text)
       on conflict (incident) do nothing returning id`,
      [id, facts.incident, caller.owner],
    );
    if (made.length === 0) throw draftedAlready(reference);
    const texts = facts.locales.map((locale) => ({
      locale,
      revision: 1,
      round: 1,
      sections: draftTexts(facts, locale),
    }));
    await insertTexts(query, { postmortem: id, texts, isCorrection: false, by: caller.owner });
    const detail = { incident: reference, locales: facts.locales };
    audit({ actor: caller.owner, action: "postmortem.draft", environment, subject: id, detail });
    emit({
      kind: "postmortem-drafted",
      environment,
      subject: facts.incident,
      detail: { ...detail, postmortem: id },
    });
    return readPostmortem(query, facts.incident);
  });
}

function draftedAlready(reference: string): Failure {
  return new Failure({
    code: "already-exists",
    message: `There is a post-mortem of ${reference} already.`,
    why: "Its facts are put in when it is read, so there is nothing to draft anew.",
    state: "Nothing was changed.",
    next: `Read it: interlock postmortem show ${reference}`,
  });
}
