import type { GateReason } from "../api/gate.ts";
import { describeStructure, inSentence, nameOf } from "./describe.ts";
import type { ChangeFact, Stage } from "./facts.ts";
import type { FitAt } from "./fit-at.ts";
import { unknown } from "./reason.ts";

/** Why it is not known whether a version works in a stage of a change, and how it becomes known. */
export function missingEvidence(
  change: ChangeFact,
  { appVersion, stage, fit }: { appVersion: string; stage: Stage; fit: FitAt },
): GateReason {
  const question = `whether ${appVersion} works on ${describeStructure(stage)} ${nameOf(change)}`;
  if (!fit.isMissing) {
    return unknown("evidence-unknown", {
      message: `It is not known ${question}: ${inSentence(fit.why)}.`,
      next: `See the report: interlock change show ${change.change}. Complete the workload of ${appVersion} (parameters, rows) and push it again: interlock workload push FILE`,
      appVersion,
      ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
    });
  }
  if (change.evidence === "done") {
    return unknown("evidence-unknown", {
      message: `The rehearsals of ${nameOf(change)} don't show ${question}.`,
      next: `See what they show: interlock change show ${change.change}`,
      appVersion,
      ...(change.rehearsal === null ? {} : { rehearsal: change.rehearsal }),
    });
  }
  return { ...rehearsalAwaited(change, question), appVersion };
}

/** For a change whose rehearsal with exactly the live versions is not done. */
export function rehearsalAwaited(change: ChangeFact, question: string): GateReason {
  const about = change.rehearsal === null ? {} : { rehearsal: change.rehearsal };
  switch (change.evidence) {
    case "waiting":
    case "running":
      return unknown("rehearsal-running", {
        message: `A rehearsal of ${nameOf(change)} is ${change.evidence}; it will show ${question}.`,
        next: "Ask again when it is done; --wait 5m does.",
        ...about,
      });
    case "failed":
      return unknown("rehearsal-failed", {
        message: `The rehearsal of ${nameOf(change)} failed, so nothing shows ${question}.`,
        next: `See why: interlock change show ${change.change}. Close the change when it is not wanted any more: interlock change close ${change.change}`,
        ...about,
      });
    case "missing":
    case "done":
      return unknown("not-rehearsed", {
        message: `${nameOf(change)} was not rehearsed with exactly the versions that are live, so nothing shows ${question}.`,
        next: `Push the workloads that are missing (interlock workload push FILE) and ask again; asking has it rehearsed. When the change is not wanted any more: interlock change close ${change.change}`,
        ...about,
      });
    default:
      return change.evidence satisfies never;
  }
}
