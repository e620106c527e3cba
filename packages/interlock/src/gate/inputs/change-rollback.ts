import type { GateReason } from "../../api/gate.ts";
import { describeLive, describeStage, inSentence, lettingGo, listNames, nameOf } from "../describe.ts";
import { blocks, note } from "../reason.ts";
import { liveVersionsWork } from "./live-versions-work.ts";
import { stagesOf, structureUnknown, wrongPhase } from "./phase.ts";
import type { ChangeAsked } from "./requested.ts";

/** Back to before, from wherever contract has not begun: whatever is live works on what was there before. */
export function changeRollback(asked: ChangeAsked): GateReason[] {
  const { change, facts } = asked;
  return [
    ...phases(asked),
    ...structureUnknown(asked),
    ...liveVersionsWork(asked, "before", (version, fit) =>
      blocks("version-still-live", {
        message: `${version.appVersion} is live (${describeLive(version)}) and does not work when ${nameOf(change)} is rolled back: ${inSentence(fit.why)}.`,
        next: `Let it go first: ${lettingGo(version, facts.environment)}. Then ask again.`,
        appVersion: version.appVersion,
        ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
      }),
    ),
  ];
}

function phases(asked: ChangeAsked): GateReason[] {
  const stages = stagesOf(asked);
  const isSomewhere = (["expanding", "expanded", "rolling-back"] as const).some((stage) => stages.has(stage));
  const past = (["contracting", "after"] as const).flatMap((stage) => {
    const databases = stages.get(stage);
    return databases === undefined ? [] : [{ stage, databases }];
  });
  if (isSomewhere) {
    return past.map(({ stage, databases }) =>
      note("wrong-phase", {
        message: `${nameOf(asked.change)} is ${describeStage(stage)} in ${listNames(databases)}: past the point of no return, so it stays as it is there.`,
        next: "Go on with contract there, or write a change that goes back.",
      }),
    );
  }
  if (past.length > 0) {
    const next =
      "Contract has begun, so the old shape is gone. Write a change that goes back, and ship that.";
    return past.map(({ stage, databases }) => wrongPhase(asked, { stage, databases, next }));
  }
  const before = stages.get("before");
  if (before === undefined) return [];
  const next = "There is nothing of it to take back.";
  return [wrongPhase(asked, { stage: "before", databases: before, next })];
}
