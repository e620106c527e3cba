import { newId } from "../../std/new-id.ts";
import type { GateDecision, GateReason, GateRequest } from "../../api/gate.ts";
import type { Transaction } from "../../control/control.ts";
import type { Plan } from "../../plan/plan.ts";

// For tests only: an environment and a change as shipments need them, and decisions that the test makes.

export const environment = "production";
export const change = "chg_0000000000000001";
const rehearsal = "reh_0000000000000001";

type Query = Transaction["query"];

export async function addEnvironment(query: Query): Promise<void> {
  await query("insert into interlock_control.environments (name, tools) values ($1::text, '{}')", [
    environment,
  ]);
}

export async function addDatabase(
  query: Query,
  { name, isCanary }: { name: string; isCanary: boolean },
): Promise<void> {
  await query(
    `insert into interlock_control.databases (environment, name, sealed_url, place, is_canary)
     values ($1::text, $2::text, '', 'test', $3::boolean)`,
    [environment, name, isCanary],
  );
}

/** A change with a rehearsal that proved this plan. */
export async function addChange(query: Query, plan: Plan): Promise<void> {
  await query(
    `insert into interlock_control.changes (id, title, files, baseline, digests, touches, created_by)
     values ($1::text, 'status', '[]', '[]', '{}', '{}', 'grace') on conflict do nothing`,
    [change],
  );
  await query(
    `insert into interlock_control.rehearsals (id, change, key, old_versions, new_versions, state, plan)
     values ($3::text, $1::text, 'key', '[]', '[]', 'done', $2::jsonb) on conflict do nothing`,
    [change, JSON.stringify(plan), rehearsal],
  );
}

/** Keeps a decision as the gate does: with the facts, as far as a shipment reads them. */
export async function storeDecision(
  { query }: { query: Query },
  { request, reasons }: { request: GateRequest; reasons: GateReason[] },
): Promise<GateDecision> {
  const decision: GateDecision = {
    format: "interlock-gate/1",
    id: newId("dec"),
    environment,
    request,
    verdict: reasons.length > 0 ? "blocked" : "go",
    order: "split",
    reasons,
    at: new Date().toISOString(),
  };
  await query(
    `insert into interlock_control.decisions (id, environment, subject, verdict, decision, facts, made_at, asked_by)
     values ($1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::jsonb, $7::timestamptz, 'ada')`,
    [
      decision.id,
      environment,
      `change:${change}`,
      decision.verdict,
      JSON.stringify(decision),
      JSON.stringify({ changes: [{ change, rehearsal }] }),
      decision.at,
    ],
  );
  return decision;
}
