import type { ChangeFact, GateFacts, ShipmentFact, Stage } from "./facts.ts";

/** What lies ahead of each stage on the way to a shipment's target. */
const ahead: Readonly<Record<ShipmentFact["target"], Partial<Record<Stage, readonly Stage[]>>>> = {
  expand: { before: ["expanding", "expanded"], expanding: ["expanded"] },
  contract: {
    before: ["expanding", "expanded", "contracting", "after"],
    expanding: ["expanded", "contracting", "after"],
    expanded: ["contracting", "after"],
    contracting: ["after"],
  },
  rollback: {
    expanding: ["rolling-back", "before"],
    expanded: ["rolling-back", "before"],
    "rolling-back": ["before"],
  },
};

/** Where a change stands in a database. What nobody has looked at is unknown. */
export function stageIn(change: ChangeFact, database: string): Stage {
  return change.stages[database] ?? "unknown";
}

/** The stage that it is at in a database, and every one that a shipment under way will take it through. */
export function possibleStages(
  change: ChangeFact,
  { database, shipments }: { database: string; shipments: GateFacts["shipments"] },
): Stage[] {
  const stage = stageIn(change, database);
  const stages = new Set([stage]);
  for (const { change: shipped, target } of shipments) {
    if (shipped !== change.change) continue;
    for (const next of ahead[target][stage] ?? []) stages.add(next);
  }
  return [...stages];
}

/** Whether somewhere it is neither as before nor as after, or a shipment of it has not ended. */
export function isUnderWay(change: ChangeFact, { databases, shipments }: GateFacts): boolean {
  return (
    shipments.some(({ change: shipped }) => shipped === change.change) ||
    databases.some(({ name }) => !isAtRest(change, name))
  );
}

/**
 * What tells neither before nor after is at rest only in a change that is closed: later changes have gone on from
 * where it left the structure.
 */
function isAtRest(change: ChangeFact, database: string): boolean {
  const stage = stageIn(change, database);
  if (stage === "between" || stage === "unknown") return change.closedAs !== null;
  return stage === "before" || stage === "after";
}
