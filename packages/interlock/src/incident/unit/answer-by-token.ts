import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { readClock } from "../clock.ts";
import { markAcknowledged } from "../acknowledge-incident.ts";
import { findIncident } from "../find-incident.ts";
import { referenceOf, type IncidentRow } from "../incident.ts";
import { requireOpen } from "../step-refused.ts";
import type { UnitRole } from "../../api/unit.ts";
import { answerCalls } from "./answer-calls.ts";
import { answerHash } from "./call-level.ts";

/** A call as the page behind its link shows it. */
export interface AnswerableCall {
  id: string;
  incident: string;
  person: string;
  role: UnitRole;
  answeredAt: Date | null;
}

/** Finds the call that a link's token belongs to; looking answers nothing. Throws `Failure` "not-found". */
export async function findCallByToken(query: Control["query"], token: string): Promise<AnswerableCall> {
  const [call] = await query<Omit<AnswerableCall, "answeredAt"> & { answered_at: Date | null }>(
    "select id, incident, person, role, answered_at from interlock_control.calls where answer_hash = $1::text",
    [answerHash(token)],
  );
  if (call !== undefined) {
    const { answered_at: answeredAt, ...known } = call;
    return { ...known, answeredAt };
  }
  throw new Failure({
    code: "not-found",
    message: "This link belongs to no call.",
    state: "Nothing was changed.",
    next: "Open the link of the message as it is, or: interlock incident acknowledge INC-…",
  });
}

/**
 * Answers a call by the token of its link, once, in the name of whom it was sent to. Throws `Failure` "not-found", or
 * "already-ended" where it was answered before or the incident is over.
 */
export async function answerByToken(
  { control }: { control: Control },
  token: string,
): Promise<{ row: IncidentRow; person: string }> {
  return control.transact(async (transaction) => {
    const { query } = transaction;
    const call = await findCallByToken(query, token);
    const row = await findIncident(query, call.incident, { lock: true });
    requireOpen(row);
    const change = { transaction, row, at: await readClock(query) };
    const answered = await answerCalls(change, { by: call.person, roles: [call.role], call: call.id });
    if (answered === 0) {
      throw new Failure({
        code: "already-ended",
        message: `This call for ${referenceOf(row)} was answered before.`,
        state: "Nothing was changed.",
        next: "There is nothing left to do here.",
      });
    }
    await markAcknowledged(change, call.person);
    return { row, person: call.person };
  });
}
