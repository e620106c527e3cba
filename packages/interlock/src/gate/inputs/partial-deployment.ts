import type { GateReason } from "../../api/gate.ts";
import { describeLive, describeStructure, inSentence, listNames, nameOf } from "../describe.ts";
import type { ChangeFact, GateFacts, LiveVersionFact, Stage } from "../facts.ts";
import { fitAt } from "../fit-at.ts";
import { stageIn } from "../possible-stages.ts";
import { blocks, note } from "../reason.ts";
import { endsTrouble } from "./ends-trouble.ts";
import { isObserved } from "./observation.ts";

/** Live versions that do not work where the structure stands now: the one half is there without the other. */
export function partialDeployment(facts: GateFacts): GateReason[] {
  return facts.versions.flatMap((version) => {
    const byEvidence = facts.changes.flatMap((change) => byChange(facts, version, change));
    if (byEvidence.length > 0) return byEvidence;
    return byPreparing(facts, version);
  });
}

function byChange(facts: GateFacts, version: LiveVersionFact, change: ChangeFact): GateReason[] {
  const { appVersion } = version;
  const broken = new Map<Stage, string[]>();
  for (const { name } of facts.databases.filter(isObserved)) {
    const stage = stageIn(change, name);
    if (fitAt(change, appVersion, stage).fit === "breaks")
      broken.set(stage, [...(broken.get(stage) ?? []), name]);
  }
  return [...broken].map(([stage, databases]) => {
    const fit = fitAt(change, appVersion, stage);
    const about = {
      message: `Partial deployment: ${appVersion} is live (${describeLive(version)}) and does not work on ${describeStructure(stage)} ${nameOf(change)}, which is what is in ${listNames(databases)}: ${inSentence(fit.why)}.`,
      appVersion,
      ...(fit.rehearsal === undefined ? {} : { rehearsal: fit.rehearsal }),
    };
    return endsTrouble(facts, { appVersion, change })
      ? note("partial-deployment", { ...about, next: "What is asked for here would end it." })
      : blocks("partial-deployment", { ...about, next: wayOut(facts, { change, stage, appVersion }) });
  });
}

/** What would end it: a version that works there, a stage in which the broken one works, or the way back. */
function wayOut(
  { environment }: GateFacts,
  { change, stage, appVersion }: { change: ChangeFact; stage: Stage; appVersion: string },
): string {
  const ways: string[] = [];
  const works = (version: string, at: Stage): boolean => fitAt(change, version, at).fit === "works";
  const fitting = [...new Set(change.fits.map((fit) => fit.appVersion))].filter(
    (version) => version !== appVersion && works(version, stage),
  );
  if (fitting.length > 0) {
    ways.push(
      `release ${fitting.join(" or ")}, which works there: interlock release start ${fitting[0] ?? ""} --env ${environment}`,
    );
  }
  if (stage === "expanding" || stage === "expanded") {
    if (works(appVersion, "before"))
      ways.push(`roll back: interlock gate --env ${environment} --change ${change.change} --to rollback`);
    if (works(appVersion, "after"))
      ways.push(`contract: interlock gate --env ${environment} --change ${change.change} --to contract`);
  }
  if (stage === "before" && works(appVersion, "expanded")) {
    ways.push(`expand: interlock gate --env ${environment} --change ${change.change} --to expand`);
  }
  if (ways.length === 0) return `No way out of it is known; see interlock environment show ${environment}`;
  return `End it: ${ways.join("; or ")}`;
}

function byPreparing(facts: GateFacts, version: LiveVersionFact): GateReason[] {
  const { appVersion, prepares, why } = version;
  const hasAlarm = facts.alarms.some((alarm) => alarm.appVersion === appVersion);
  if (prepares !== "breaks" || hasAlarm) return [];
  const about = {
    message: `Partial deployment: ${appVersion} is live (${describeLive(version)}) and has statements that don't prepare on the structure as it is now: ${inSentence(why)}.`,
    appVersion,
  };
  return [
    endsTrouble(facts, { appVersion })
      ? note("partial-deployment", { ...about, next: "What is asked for here would end it." })
      : blocks("partial-deployment", {
          ...about,
          next: `Release a version that works there, or take back what changed the structure: interlock environment show ${facts.environment}`,
        }),
  ];
}
