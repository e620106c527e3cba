import type { GateReason } from "../../api/gate.ts";
import { appOf, describeStage, describeStructure, inSentence, listNames, nameOf } from "../describe.ts";
import type { ChangeFact, GateFacts, Stage } from "../facts.ts";
import { fitAt, hasFits } from "../fit-at.ts";
import { missingEvidence } from "../missing-evidence.ts";
import { isUnderWay, possibleStages, stageIn } from "../possible-stages.ts";
import { blocks, unknown } from "../reason.ts";
import { isObserved } from "./observation.ts";
import { versionAsked } from "./requested.ts";

/** Whether the version that is to come works wherever the changes are now, and wherever shipments take them. */
export function releaseVersion(facts: GateFacts): GateReason[] {
  const appVersion = versionAsked(facts);
  if (appVersion === undefined || facts.candidate?.hasWorkload !== true) return [];
  return facts.changes
    .filter((change) => concerns(change, { appVersion, facts }))
    .flatMap((change) =>
      [...stagesAhead(change, facts)].flatMap(([stage, databases]) =>
        worksAt(change, { appVersion, stage, databases, facts }),
      ),
    );
}

/**
 * A change of which something is known about the version, or that is under way; one that came after the version, which
 * then can't have been made for what it left, and may fail there though it prepares; and one of the same app that is
 * still to come: the version may have been made to stand on it, and what it writes then fails without it though it
 * prepares. Only a rehearsal shows which of the two was made first.
 */
function concerns(
  change: ChangeFact,
  { appVersion, facts }: { appVersion: string; facts: GateFacts },
): boolean {
  if (hasFits(change, appVersion) || isUnderWay(change, facts)) return true;
  // One that is live stands on it already.
  const isLive = facts.versions.some((live) => live.appVersion === appVersion);
  const isThere = facts.databases.some(({ name }) => standing(change, stageIn(change, name)) === "after");
  if (change.cameLater && isThere && !isLive) return true;
  if (change.closedAs !== null || change.appVersion === null) return false;
  return (
    appOf(change.appVersion) === appOf(appVersion) &&
    facts.databases.some(({ name }) => stageIn(change, name) !== "after")
  );
}

/** The stages that a change is at or may come to, with the databases. Those that can't be seen have a reason already. */
function stagesAhead(change: ChangeFact, facts: GateFacts): Map<Stage, string[]> {
  const { databases, shipments } = facts;
  const stages = new Map<Stage, string[]>();
  for (const { name } of databases.filter(isObserved)) {
    for (const possible of possibleStages(change, { database: name, shipments })) {
      const stage = standing(change, possible);
      if (stage !== undefined) stages.set(stage, [...(stages.get(stage) ?? []), name]);
    }
  }
  return stages;
}

/**
 * Later changes go on from where a closed one left the structure, so its own traces can't be told any more: one
 * that was shipped still counts as done, and one that was abandoned not at all.
 */
function standing(change: ChangeFact, stage: Stage): Stage | undefined {
  if (stage !== "between" && stage !== "unknown") return stage;
  switch (change.closedAs) {
    case "shipped":
      return "after";
    case "abandoned":
      return undefined;
    case null:
      return stage;
    default:
      return change.closedAs satisfies never;
  }
}

function worksAt(
  change: ChangeFact,
  at: { appVersion: string; stage: Stage; databases: readonly string[]; facts: GateFacts },
): GateReason[] {
  const { appVersion, stage, databases, facts } = at;
  if (stage === "between" || stage === "unknown") {
    return [
      unknown("structure-unknown", {
        message: `${nameOf(change)} is ${describeStage(stage)} in ${listNames(databases)}, so it can't be told whether ${appVersion} works there.`,
        next: `Compare them with the migration: interlock change show ${change.change}. If it was never run and is not wanted any more, close it: interlock change close ${change.change}`,
        appVersion,
      }),
    ];
  }
  const fit = fitAt(change, appVersion, stage);
  const isLive = facts.versions.some((live) => live.appVersion === appVersion);
  // What fails at its home counts for nothing while it is live: it failed before. Of one that is to come it does.
  if (fit.fit === "works" && (fit.why === "" || isLive)) return [];
  // One that is live already is on that structure whatever the gate says: nothing changes for it while that stays.
  if (fit.fit !== "breaks" && isLive && stage === "before" && !isUnderWay(change, facts)) return [];
  if (fit.fit !== "breaks") return [missingEvidence(change, { appVersion, stage, fit })];
  const isThere = databases.some((name) => stageIn(change, name) === stage);
  return [
    blocks("version-breaks", {
      message: `${appVersion} does not work on ${describeStructure(stage)} ${nameOf(change)}, which is ${isThere ? "what is" : "what a shipment under way brings"} in ${listNames(databases)}: ${inSentence(fit.why)}.${orderOf(change, stage)}`,
      next: nextOf(change, { stage, isThere, facts }),
      appVersion,
      ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
    }),
  ];
}

function orderOf({ order }: ChangeFact, stage: Stage): string {
  if (stage !== "before" || order === null) return "";
  return order === "split"
    ? " The order is split: neither half may go alone; the structure has to be expanded first."
    : ` The order is ${order}.`;
}

function nextOf(
  { change, planned }: ChangeFact,
  { stage, isThere, facts: { environment } }: { stage: Stage; isThere: boolean; facts: GateFacts },
): string {
  if (!isThere) return `Wait for its end, or stop it: interlock shipment list --env ${environment}`;
  switch (stage) {
    case "before":
      return planned
        ? `Ship expand first: interlock shipment start ${change} --env ${environment} --to expand`
        : `Its structure goes first; see how: interlock gate --env ${environment} --change ${change} --to structure`;
    case "expanding":
      return `Wait until expand has come to its end: interlock shipment list --env ${environment}`;
    case "expanded":
      return `It needs another stage of that change: contract it, or roll it back. See interlock environment show ${environment}`;
    case "contracting":
    case "after":
      return "Release a version that was made for what is there now; the old shape is gone.";
    case "rolling-back":
      return `Wait until it has been rolled back, and ask again: interlock shipment list --env ${environment}`;
    case "between":
    case "unknown":
      throw new Error("a stage that can't be told breaks nothing that is known");
    default:
      return stage satisfies never;
  }
}
