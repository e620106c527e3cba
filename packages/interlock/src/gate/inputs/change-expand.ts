import type { GateReason } from "../../api/gate.ts";
import { describeLive, inSentence, nameOf } from "../describe.ts";
import { blocks, note } from "../reason.ts";
import { rehearsalAwaited } from "../missing-evidence.ts";
import { liveVersionsWork } from "./live-versions-work.ts";
import { isClosed, stagesOf, structureUnknown, wrongPhase } from "./phase.ts";
import type { ChangeAsked } from "./requested.ts";

/** The plan's expand and migrate: begun or gone on with, and every live version works on the way and at its end. */
export function changeExpand(asked: ChangeAsked): GateReason[] {
  const closed = isClosed(asked);
  if (closed.length > 0) return closed;
  const { change, facts } = asked;
  const stages = stagesOf(asked);
  const onTheWay = stages.has("before") || stages.has("expanding");
  return [
    ...phases(asked),
    ...structureUnknown(asked),
    ...(onTheWay ? hasPlan(asked) : []),
    ...liveVersionsWork(asked, "expanded", (version, fit) =>
      blocks("live-version-breaks", {
        message: `${version.appVersion} is live (${describeLive(version)}) and does not work when ${nameOf(change)} is expanded: ${inSentence(fit.why)}.`,
        next: `See the evidence: interlock change show ${change.change}. Wait until ${version.appVersion} has gone from ${facts.environment}, or write the change differently.`,
        appVersion: version.appVersion,
        ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
      }),
    ),
    // On the way it must work as before, too. One that does not work as it is now is a partial deployment already.
    ...(onTheWay ? liveVersionsWork(asked, "before", () => undefined) : []),
  ];
}

function phases(asked: ChangeAsked): GateReason[] {
  const stages = stagesOf(asked);
  const { environment } = asked.facts;
  const { change } = asked.change;
  const wrong: GateReason[] = [];
  for (const stage of ["contracting", "rolling-back"] as const) {
    const databases = stages.get(stage);
    if (databases === undefined) continue;
    const next = `Let that come to its end first: interlock shipment list --env ${environment}`;
    wrong.push(wrongPhase(asked, { stage, databases, next }));
  }
  const done = stages.get("after");
  if (done !== undefined && stages.size === 1) {
    const next = `What it does is there already. Close it: interlock change close ${change}`;
    wrong.push(wrongPhase(asked, { stage: "after", databases: done, next }));
  }
  const expanded = stages.get("expanded");
  if (expanded !== undefined && stages.size === 1) {
    wrong.push(
      note("wrong-phase", {
        message: `${nameOf(asked.change)} is expanded already, in every database.`,
        next: `Release the new version, and then ask for contract: interlock gate --env ${environment} --change ${change} --to contract`,
      }),
    );
  }
  return wrong;
}

function hasPlan({ change }: ChangeAsked): GateReason[] {
  if (change.planned) return [];
  if (change.evidence !== "done") {
    return [rehearsalAwaited(change, "whether its plan keeps every live version working")];
  }
  const about = change.rehearsal === null ? {} : { rehearsal: change.rehearsal };
  return [
    blocks("live-version-breaks", {
      message:
        change.refusal === null
          ? `${nameOf(change)} has no plan that was proved.`
          : `${nameOf(change)} has no plan (${change.refusal.code}): ${inSentence(change.refusal.message)}.`,
      next: change.refusal?.next ?? `See why: interlock change show ${change.change}`,
      ...about,
    }),
  ];
}
