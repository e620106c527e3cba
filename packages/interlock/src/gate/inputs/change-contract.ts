import type { GateReason } from "../../api/gate.ts";
import { appOf, describeLive, inSentence, lettingGo, nameOf } from "../describe.ts";
import type { Stage } from "../facts.ts";
import { fitAt } from "../fit-at.ts";
import { blocks } from "../reason.ts";
import { liveVersionsWork } from "./live-versions-work.ts";
import { isClosed, stagesOf, structureUnknown, wrongPhase } from "./phase.ts";
import type { ChangeAsked } from "./requested.ts";

/** Takes the old shape away: expanded everywhere, and whatever is live works without it. */
export function changeContract(asked: ChangeAsked): GateReason[] {
  const closed = isClosed(asked);
  if (closed.length > 0) return closed;
  const { change, facts } = asked;
  return [
    ...phases(asked),
    ...structureUnknown(asked),
    ...liveVersionsWork(asked, "after", (version, fit) =>
      blocks("version-still-live", {
        message: `${version.appVersion} is live (${describeLive(version)}) and does not work when ${nameOf(change)} is contracted: ${inSentence(fit.why)}.`,
        next: `Let it go: ${lettingGo(version, facts.environment)}. Then ask again.`,
        appVersion: version.appVersion,
        ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
      }),
    ),
    // On the way it must work as expanded, too. One that does not work as it is now is a partial deployment already.
    ...liveVersionsWork(asked, "expanded", () => undefined),
    ...newVersionReleased(asked),
  ];
}

function phases(asked: ChangeAsked): GateReason[] {
  const stages = stagesOf(asked);
  const { environment } = asked.facts;
  const id = asked.change.change;
  const nexts: Partial<Record<Stage, string>> = {
    before: `Expand it first: interlock shipment start ${id} --env ${environment} --to expand`,
    expanding: `Let expand come to its end first: interlock shipment list --env ${environment}`,
    "rolling-back": `It is going back; let that come to its end: interlock shipment list --env ${environment}`,
  };
  const wrong = [...stages].flatMap(([stage, databases]) => {
    const next = nexts[stage];
    return next === undefined ? [] : [wrongPhase(asked, { stage, databases, next })];
  });
  const done = stages.get("after");
  if (done === undefined || stages.size > 1) return wrong;
  const next = `What it does is there already. Close it: interlock change close ${id}`;
  return [wrongPhase(asked, { stage: "after", databases: done, next })];
}

/**
 * After contract the old version can't come back. If the new one was never released, whatever is live now would be
 * all that works, and as soon as its release is cancelled nothing would.
 */
function newVersionReleased({ facts, change }: ChangeAsked): GateReason[] {
  if (change.appVersion === null) return [];
  const app = appOf(change.appVersion);
  const released = facts.versions.some(
    ({ appVersion, because }) =>
      appOf(appVersion) === app &&
      because.includes("released") &&
      fitAt(change, appVersion, "after").fit === "works",
  );
  if (released) return [];
  return [
    blocks("version-still-live", {
      message: `${change.appVersion} has not been released to ${facts.environment}, nor any other version of ${app} that works when ${nameOf(change)} is contracted: without it no version would be left that works, and the old one could not come back.`,
      next: `Release it, and finish the release when it is out everywhere: interlock release finish ${change.appVersion} --env ${facts.environment}`,
      appVersion: change.appVersion,
    }),
  ];
}
