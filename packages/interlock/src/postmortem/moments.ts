import type { Cause, Moment, PostmortemFacts } from "./facts.ts";
import type { Deployment } from "./read-deployments.ts";

type Known = Pick<
  PostmortemFacts,
  "startedAt" | "detectedAt" | "declaredAt" | "unitAt" | "firstUpdateAt" | "recoveredAt" | "endedAt"
> & { deployments: readonly Deployment[]; cause: Cause | null };

/** Where two of one moment are told, which first. */
const ranks: readonly Moment["kind"][] = [
  "structure-deployed",
  "structure-deployed-alone",
  "application-deployed",
  "release-deployed",
  "rolled-back",
  "started",
  "detected",
  "declared",
  "unit-opened",
  "first-update",
  "recovered",
  "ended",
];

/** The lines of the overview, in the order in which things happened. Pure. */
export function momentsOf(known: Known): Moment[] {
  const { deployments, cause } = known;
  const moments: Moment[] = deployments.map((deployment) => ({
    at: deployment.at,
    kind: kindOf(deployment, cause),
    internal: deployment.what === "" ? null : deployment.what,
  }));
  const add = (kind: Moment["kind"], at: Date | null): void => {
    if (at !== null) moments.push({ at, kind, internal: null });
  };
  add("started", known.startedAt);
  add("detected", known.detectedAt);
  // Opening the unit is the declaration of a major incident: one line for both.
  if (known.unitAt === null) add("declared", known.declaredAt);
  add("unit-opened", known.unitAt);
  add("first-update", known.firstUpdateAt);
  add("recovered", known.recoveredAt);
  // Where one moment is both, the line of the recovery says so.
  if (known.recoveredAt === null || known.endedAt?.getTime() !== known.recoveredAt.getTime()) {
    add("ended", known.endedAt);
  }
  return moments.toSorted(
    (left, right) =>
      left.at.getTime() - right.at.getTime() || ranks.indexOf(left.kind) - ranks.indexOf(right.kind),
  );
}

/** Of the change that caused it, the halves are told as such; what else went out is told as what it is. */
function kindOf({ at, kind }: Deployment, cause: Cause | null): Moment["kind"] {
  const is = (moment: Date | null | undefined): boolean => moment?.getTime() === at.getTime();
  switch (kind) {
    case "structure-deployed":
      return cause?.wasPartial === true && is(cause.structureAt) ? "structure-deployed-alone" : kind;
    case "application-deployed":
      return is(cause?.applicationAt) ? kind : "release-deployed";
    case "rolled-back":
      return kind;
    default:
      return kind satisfies never;
  }
}
