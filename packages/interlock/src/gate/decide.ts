import type { GateDecision, GateReason, Verdict } from "../api/gate.ts";
import type { GateFacts } from "./facts.ts";
import { alarms } from "./inputs/alarms.ts";
import { approvalRules } from "./inputs/approval-rules.ts";
import { blockRules } from "./inputs/block-rules.ts";
import { compatibility } from "./inputs/compatibility.ts";
import { freezeRules } from "./inputs/freeze-rules.ts";
import { incidents } from "./inputs/incidents.ts";
import { observation } from "./inputs/observation.ts";
import { partialDeployment } from "./inputs/partial-deployment.ts";
import { releases } from "./inputs/releases.ts";
import { changeAsked } from "./inputs/requested.ts";
import { shipments } from "./inputs/shipments.ts";
import { sizeLimits } from "./inputs/size-limits.ts";
import { workloads } from "./inputs/workloads.ts";

/** All that is looked at. Each input sees every fact and says what stands against a go as far as it is concerned. */
const inputs: readonly ((facts: GateFacts) => GateReason[])[] = [
  observation,
  alarms,
  partialDeployment,
  compatibility,
  workloads,
  releases,
  shipments,
  incidents,
  blockRules,
  freezeRules,
  sizeLimits,
  approvalRules,
];

const effects = ["blocks", "unknown", "overridden", "note"] as const;

/**
 * Decides from facts alone: the same facts give the same answer. Anything that stands against it blocks; otherwise
 * anything that can't be known makes it unknown, and unknown is never go.
 */
export function decide(facts: GateFacts): Omit<GateDecision, "id"> {
  const found = inputs.flatMap((input) => input(facts));
  const reasons = effects.flatMap((effect) => found.filter((reason) => reason.effect === effect));
  return {
    format: "interlock-gate/1",
    environment: facts.environment,
    request: facts.request,
    verdict: verdictOf(reasons),
    order: changeAsked(facts)?.change.order ?? null,
    reasons,
    at: facts.at,
  };
}

function verdictOf(reasons: readonly GateReason[]): Verdict {
  if (reasons.some(({ effect }) => effect === "blocks")) return "blocked";
  return reasons.some(({ effect }) => effect === "unknown") ? "unknown" : "go";
}
