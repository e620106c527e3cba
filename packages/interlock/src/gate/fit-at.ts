import type { ChangeFact, Fit, RehearsedStage, Stage } from "./facts.ts";

/**
 * The rehearsed stages that a stage lies between. A version works between two of them when it works in both: it
 * was at home on one side, and every state on the way was rehearsed with it.
 */
const between: Readonly<Record<Stage, readonly RehearsedStage[]>> = {
  before: ["before"],
  expanding: ["before", "expanded"],
  expanded: ["expanded"],
  contracting: ["expanded", "after"],
  after: ["after"],
  "rolling-back": ["expanded", "before"],
  between: [],
  unknown: [],
};

/** Whether a version works in a stage of a change, as far as rehearsals have shown it. */
export interface FitAt {
  fit: Fit;
  why: string;
  rehearsal: string | undefined;
  /** Whether no rehearsal says anything of it. */
  isMissing: boolean;
}

/** Breaks where any rehearsal shows a break, works only where every needed stage was shown to work. */
export function fitAt(change: ChangeFact, appVersion: string, stage: Stage): FitAt {
  const needed = between[stage];
  if (needed.length === 0) {
    return {
      fit: "unknown",
      why: "it can't be told how the structure is",
      rehearsal: undefined,
      isMissing: false,
    };
  }
  const found = needed.map((rehearsed) => fitAtRehearsed(change, appVersion, rehearsed));
  const worst =
    found.find(({ fit }) => fit === "breaks") ??
    found.find(({ fit, isMissing }) => fit === "unknown" && !isMissing) ??
    found.find(({ fit }) => fit === "unknown") ??
    found.find(({ why }) => why !== "") ??
    found[0];
  if (worst === undefined) throw new Error("every stage has a rehearsed one beside it");
  return worst;
}

function fitAtRehearsed(change: ChangeFact, appVersion: string, stage: RehearsedStage): FitAt {
  const facts = change.fits.filter((fact) => fact.appVersion === appVersion && fact.stage === stage);
  const worst =
    facts.find(({ fit }) => fit === "breaks") ??
    facts.find(({ fit }) => fit === "unknown") ??
    facts.find(({ why }) => why !== "") ??
    facts[0];
  if (worst === undefined) {
    return { fit: "unknown", why: "no rehearsal has shown it", rehearsal: undefined, isMissing: true };
  }
  const { fit, why, rehearsal } = worst;
  return { fit, why, rehearsal, isMissing: false };
}

/** Whether any rehearsal of a change says something of a version. */
export function hasFits(change: ChangeFact, appVersion: string): boolean {
  return change.fits.some((fact) => fact.appVersion === appVersion);
}
