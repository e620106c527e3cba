import type { GateDecision } from "../api/gate.ts";
import type { Transaction } from "../control/control.ts";
import { newId } from "../std/new-id.ts";
import type { GateFacts } from "./facts.ts";
import { subjectOf } from "./subject-of.ts";

/** Keeps a decision with the facts that it was made from, and tells who watches. */
export async function storeDecision(
  transaction: Transaction,
  { decided, facts, askedBy }: { decided: Omit<GateDecision, "id">; facts: GateFacts; askedBy: string },
): Promise<GateDecision> {
  const decision: GateDecision = { ...decided, id: newId("dec") };
  const { id, environment, request, verdict, at } = decision;
  await transaction.query(
    `insert into interlock_control.decisions (id, environment, subject, verdict, decision, facts, made_at, asked_by)
     values ($1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::jsonb, $7::timestamptz, $8::text)`,
    [
      id,
      environment,
      subjectOf(request),
      verdict,
      JSON.stringify(decision),
      JSON.stringify(facts),
      at,
      askedBy,
    ],
  );
  transaction.emit({
    kind: "decision-made",
    environment,
    subject: id,
    detail: {
      request,
      verdict,
      askedBy,
      reasons: decision.reasons.map(({ code, effect }) => ({ code, effect })),
    },
  });
  return decision;
}
