import type { GateReason } from "../../api/gate.ts";
import { describeStage, listNames, nameOf } from "../describe.ts";
import type { ChangeFact, GateFacts } from "../facts.ts";
import { isUnderWay, stageIn } from "../possible-stages.ts";
import { blocks, note } from "../reason.ts";
import { isObserved } from "./observation.ts";
import { changeAsked } from "./requested.ts";

/** Changes on their way through the databases: one at a time, since each is rehearsed on its own. */
export function shipments(facts: GateFacts): GateReason[] {
  const asked = changeAsked(facts);
  const { environment } = facts;
  const open = facts.shipments.map(({ shipment, change, target, state }) => {
    const about = { message: `Shipment ${shipment} takes ${change} to ${target} (${state}).` };
    const isAlone = asked !== undefined && (asked.change.change !== change || asked.to === "structure");
    return isAlone
      ? blocks("shipment-running", {
          ...about,
          next: `Wait for its end, or stop it and roll it back: interlock shipment list --env ${environment}`,
        })
      : note("shipment-running", {
          ...about,
          next: "Nothing to do: what it may bring is taken into account.",
        });
  });
  return [...open, ...othersUnderWay(facts)];
}

/** Changes that were begun and not ended, by a shipment or by hand, while another is to begin. */
function othersUnderWay(facts: GateFacts): GateReason[] {
  const asked = changeAsked(facts);
  if (asked === undefined || (asked.to !== "structure" && asked.to !== "expand")) return [];
  return facts.changes
    .filter(({ change }) => change !== asked.change.change)
    .filter((change) => facts.shipments.every(({ change: shipped }) => shipped !== change.change))
    .filter((change) => isUnderWay(change, facts))
    .flatMap((change) => underWay(change, facts));
}

function underWay(change: ChangeFact, { databases, environment }: GateFacts): GateReason[] {
  const seen = databases.filter(isObserved).map(({ name }) => ({ name, stage: stageIn(change, name) }));
  const begun = seen.filter(({ stage }) => stage !== "before" && stage !== "after" && stage !== "unknown");
  const [first] = begun;
  if (first === undefined) return [];
  const names = begun.map(({ name }) => name);
  return [
    blocks("wrong-phase", {
      message: `Another change is not at its end: ${nameOf(change)} is ${describeStage(first.stage)} in ${listNames(names)}.`,
      next: `Contract it or roll it back first: interlock environment show ${environment}`,
    }),
  ];
}
