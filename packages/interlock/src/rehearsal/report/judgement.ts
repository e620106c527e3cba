import type { Finding } from "./finding.ts";
import { isBreak } from "./workload-findings.ts";

/** How a team means to deploy. */
export type Deploy = "schema-first" | "app-first" | "any";
/** In which order structure and application may be deployed. `split`: in neither. */
export type Order = "any" | "schema-first" | "app-first" | "split";
export type Verdict = "safe" | "unsafe" | "unknown";

export interface Evidence {
  findings: readonly Finding[];
  hasOld: boolean;
  hasNew: boolean;
  /** Why something that the verdict needs is not known, by the direction that needs it. */
  gaps: { schemaFirst: readonly string[]; appFirst: readonly string[] };
  /** Why it is not known how long live statements wait while the change is applied. */
  waits?: readonly string[];
  /** Why nothing at all could be judged. */
  obstacle: string | undefined;
}

export interface Judgement {
  verdict: Verdict;
  /** Undefined where it is not known. */
  order: Order | undefined;
  /** What makes the verdict unknown, and what the order was judged without. */
  reasons: readonly string[];
}

const missingOld = "the workload of the version that runs now is missing: give it with --old";
const missingNew = "the workload of the version to come is missing: give it with --new";

/** Order and verdict from the findings alone. */
export function judge(evidence: Evidence, deploy: Deploy): Judgement {
  const { findings, hasOld, hasNew, gaps, waits = [], obstacle } = evidence;
  if (obstacle !== undefined) return { verdict: "unknown", order: undefined, reasons: [obstacle] };
  const after = findings.filter(({ when }) => when === "after-change");
  const before = findings.filter(({ when }) => when === "before-change");
  const schemaFirst = hasOld ? !after.some(isBreak) : undefined;
  const appFirst = hasNew ? !before.some(isBreak) : undefined;
  const needsOld = deploy !== "app-first";
  const needsNew = deploy !== "schema-first";
  const blocking = findings.filter(({ code }) => code === "blocks-traffic");
  const hurts = [...(needsOld ? after : []), ...(needsNew ? before : []), ...blocking].some(
    ({ severity }) => severity === "error",
  );
  const unknown = [
    ...(needsOld && !hasOld ? [missingOld] : []),
    ...(needsNew && !hasNew ? [missingNew] : []),
    ...(needsOld ? gaps.schemaFirst : []),
    ...(needsNew ? gaps.appFirst : []),
    ...waits,
  ];
  const verdict = hurts ? "unsafe" : unknown.length > 0 ? "unknown" : "safe";
  return {
    verdict,
    order: orderOf({ schemaFirst, appFirst }),
    reasons: verdict === "unknown" ? unknown : [],
  };
}

/** One way is known to be open: that is the order, though the other may be open too. */
function orderOf({
  schemaFirst,
  appFirst,
}: {
  schemaFirst: boolean | undefined;
  appFirst: boolean | undefined;
}): Order | undefined {
  if (schemaFirst === true) return appFirst === true ? "any" : "schema-first";
  if (appFirst === true) return "app-first";
  return schemaFirst === false && appFirst === false ? "split" : undefined;
}
