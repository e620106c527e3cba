import { appOf } from "../describe.ts";
import type { ChangeFact, GateFacts, RehearsedStage, Stage } from "../facts.ts";
import { fitAt } from "../fit-at.ts";
import { stageIn } from "../possible-stages.ts";
import { changeAsked, versionAsked } from "./requested.ts";

/** The stage that each request brings a change to. */
const targets: Readonly<Record<"structure" | "expand" | "contract" | "rollback", RehearsedStage>> = {
  structure: "after",
  expand: "expanded",
  contract: "after",
  rollback: "before",
};

/** The stages that it takes a change on from. */
const begins: Readonly<Record<"structure" | "expand" | "contract" | "rollback", readonly Stage[]>> = {
  structure: ["before"],
  expand: ["before", "expanding"],
  contract: ["expanded", "contracting"],
  rollback: ["expanding", "expanded", "rolling-back"],
};

/**
 * Whether what is asked for ends a partial deployment, so that it is not held back by it: another version of the
 * broken app; the change to a stage in which the broken version works; or the way back, always. Whether it is safe
 * otherwise is for the other inputs to say. `change` is the one that the version does not work with, where known.
 */
export function endsTrouble(
  facts: GateFacts,
  { appVersion, change }: { appVersion: string; change?: ChangeFact },
): boolean {
  const version = versionAsked(facts);
  if (version !== undefined) return version !== appVersion && appOf(version) === appOf(appVersion);
  const asked = changeAsked(facts);
  if (asked === undefined) return false;
  if (asked.to === "rollback") return true;
  if (change !== undefined && change.change !== asked.change.change) return false;
  const broken = facts.databases
    .map(({ name }) => stageIn(asked.change, name))
    .filter((stage) => fitAt(asked.change, appVersion, stage).fit === "breaks");
  return (
    broken.length > 0 &&
    broken.every((stage) => begins[asked.to].includes(stage)) &&
    fitAt(asked.change, appVersion, targets[asked.to]).fit === "works"
  );
}
