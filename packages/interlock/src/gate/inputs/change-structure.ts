import type { GateReason } from "../../api/gate.ts";
import { describeLive, inSentence, nameOf } from "../describe.ts";
import type { ChangeFact, LiveVersionFact } from "../facts.ts";
import type { FitAt } from "../fit-at.ts";
import { rehearsalAwaited } from "../missing-evidence.ts";
import { blocks } from "../reason.ts";
import { liveVersionsWork } from "./live-versions-work.ts";
import { isClosed, stagesOf, structureUnknown, wrongPhase } from "./phase.ts";
import type { ChangeAsked } from "./requested.ts";

/** The migration as it is, without a plan: from before, in every database that is not after yet. */
export function changeStructure(asked: ChangeAsked): GateReason[] {
  const closed = isClosed(asked);
  if (closed.length > 0) return closed;
  const environment = asked.facts.environment;
  const stages = stagesOf(asked);
  const phases = [...stages].flatMap(([stage, databases]): GateReason[] => {
    switch (stage) {
      case "before":
      case "between":
      case "unknown":
        return [];
      case "after":
        // A fleet that a pipeline was half through is gone on with; what is live works there on either side.
        if (stages.size > 1) return [];
        return [
          wrongPhase(asked, {
            stage,
            databases,
            next: "What it does is there already; there is nothing to run.",
          }),
        ];
      case "expanding":
      case "expanded":
      case "contracting":
      case "rolling-back":
        return [
          wrongPhase(asked, {
            stage,
            databases,
            next: `Its plan is under way: go on with it, or roll it back. See interlock environment show ${environment}`,
          }),
        ];
      default:
        return stage satisfies never;
    }
  });
  const live = liveVersionsWork(asked, "after", (version, fit) => breaks(asked, version, fit));
  return [...phases, ...structureUnknown(asked), ...live, ...(live.length > 0 ? [] : notRehearsed(asked))];
}

/** Even where nobody is live, or all that is live is known from other rehearsals: whether it applies at all. */
function notRehearsed({ change }: ChangeAsked): GateReason[] {
  return change.evidence === "done"
    ? []
    : [rehearsalAwaited(change, "whether it applies and what it breaks")];
}

function breaks({ facts, change }: ChangeAsked, version: LiveVersionFact, fit: FitAt): GateReason {
  const { appVersion } = version;
  return blocks("live-version-breaks", {
    message: `${appVersion} is live (${describeLive(version)}) and does not work after ${nameOf(change)}: ${inSentence(fit.why)}.${orderOf(change)}`,
    next: nextOf(change, { environment: facts.environment, appVersion }),
    appVersion,
    ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
  });
}

function orderOf({ order, appVersion }: ChangeFact): string {
  const app = appVersion ?? "the application";
  switch (order) {
    case "split":
      return " The order is split: neither half may go alone, the structure breaks the old version and the new one breaks without the structure.";
    case "app-first":
      return ` The order is app-first: ${app} goes first, and the structure when no old version is live.`;
    case "any":
    case "schema-first":
    case null:
      return "";
    default:
      return order satisfies never;
  }
}

function nextOf(
  { change, order, appVersion, planned }: ChangeFact,
  { environment, appVersion: broken }: { environment: string; appVersion: string },
): string {
  const ship = `ship it with its plan, which keeps ${broken} working: interlock shipment start ${change} --env ${environment} --to expand`;
  if (planned) return `Don't run it as it is; ${ship}`;
  if (order === "app-first" && appVersion !== null) {
    return `Release ${appVersion}, let ${broken} go, and ask again: interlock release start ${appVersion} --env ${environment}`;
  }
  return `Don't run it as it is. There is no proved plan yet; see why, and what to write differently: interlock change show ${change}`;
}
