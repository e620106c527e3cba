import type { GateDecision, KeptDecision } from "../api/gate.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";

/** A decision with the facts that it was made from. Throws `Failure` "not-found". */
export async function readDecision(
  { control }: { control: Control },
  { decision }: { decision: string },
): Promise<KeptDecision> {
  const [row] = await control.query<{
    decision: GateDecision;
    facts: Record<string, unknown>;
    asked_by: string;
  }>("select decision, facts, asked_by from interlock_control.decisions where id = $1::text", [decision]);
  if (row !== undefined) return { decision: row.decision, facts: row.facts, askedBy: row.asked_by };
  throw new Failure({
    code: "not-found",
    message: `There is no decision ${decision}.`,
    state: "Nothing was changed.",
    next: "The list of an environment's decisions is at GET /api/v1/environments/ENVIRONMENT/decisions.",
  });
}
