import type { GateReason } from "../../api/gate.ts";
import type { LiveVersionFact, Stage } from "../facts.ts";
import { fitAt, type FitAt } from "../fit-at.ts";
import { missingEvidence } from "../missing-evidence.ts";
import type { ChangeAsked } from "./requested.ts";

/**
 * Holds every live version against a stage that the change would come to. A version whose workload is missing is
 * left out here: that has a reason of its own.
 */
export function liveVersionsWork(
  { facts, change }: ChangeAsked,
  stage: Stage,
  breaks: (version: LiveVersionFact, fit: FitAt) => GateReason | undefined,
): GateReason[] {
  return facts.versions.flatMap((version) => {
    if (!version.hasWorkload) return [];
    const { appVersion } = version;
    const fit = fitAt(change, appVersion, stage);
    switch (fit.fit) {
      case "works":
        return [];
      case "breaks":
        return breaks(version, fit) ?? [];
      case "unknown":
        return [missingEvidence(change, { appVersion, stage, fit })];
      default:
        return fit.fit satisfies never;
    }
  });
}
