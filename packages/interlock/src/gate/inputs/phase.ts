import type { GateReason } from "../../api/gate.ts";
import { describeStage, listNames, nameOf } from "../describe.ts";
import type { ChangeFact, Stage } from "../facts.ts";
import { stageIn } from "../possible-stages.ts";
import { blocks, unknown } from "../reason.ts";
import { isObserved } from "./observation.ts";
import type { ChangeAsked } from "./requested.ts";

/** The stages that the change asked about is at, with the databases that are there. */
export function stagesOf({ facts, change }: ChangeAsked): Map<Stage, string[]> {
  const stages = new Map<Stage, string[]>();
  for (const { name } of facts.databases) {
    const stage = stageIn(change, name);
    stages.set(stage, [...(stages.get(stage) ?? []), name]);
  }
  return stages;
}

/** Databases whose structure is neither as before the change nor as after it, though they can be seen. */
export function structureUnknown({ facts, change }: ChangeAsked): GateReason[] {
  return facts.databases.filter(isObserved).flatMap(({ name }) => {
    const stage = stageIn(change, name);
    if (stage !== "between" && stage !== "unknown") return [];
    const strange = change.strange[name] ?? [];
    if (stage === "unknown" && (change.evidence === "waiting" || change.evidence === "running")) {
      return [notYetKnown(change, name)];
    }
    const what =
      stage === "between"
        ? `Some of what ${nameOf(change)} does is in ${name} and some is not, and no journal says why`
        : `Where ${nameOf(change)} stands in ${name} can't be told from its structure`;
    return [
      unknown("structure-unknown", {
        message: `${what}${strange.length === 0 ? "" : `: ${listNames(strange)} ${strange.length === 1 ? "is" : "are"} neither as before nor as after`}.`,
        next: `Compare them with the migration (interlock change show ${change.change}). If other changes came in between, push it again on today's baseline: interlock change push`,
        database: name,
      }),
    ];
  });
}

/** What a change leaves behind is only known when it was rehearsed: not a fault of the database, and soon over. */
function notYetKnown(change: ChangeFact, database: string): GateReason {
  return unknown("rehearsal-running", {
    message: `A rehearsal of ${nameOf(change)} is ${change.evidence}; it will show what to look for in ${database}.`,
    next: "Ask again when it is done; --wait 5m does.",
    database,
    ...(change.rehearsal === null ? {} : { rehearsal: change.rehearsal }),
  });
}

/** For a change that is at a stage from which the phase asked for can't follow. */
export function wrongPhase(
  { change, to }: ChangeAsked,
  { stage, databases, next }: { stage: Stage; databases: readonly string[]; next: string },
): GateReason {
  const [database] = databases;
  return blocks("wrong-phase", {
    message: `${to === "structure" ? "The migration as it is" : `The phase ${to}`} can't follow: ${nameOf(change)} is ${describeStage(stage)} in ${listNames(databases)}.`,
    next,
    ...(databases.length === 1 && database !== undefined ? { database } : {}),
  });
}

/** For a change that was closed: there is nothing of it left to do. */
export function isClosed({ change }: ChangeAsked): GateReason[] {
  if (change.closedAs === null) return [];
  return [
    blocks("wrong-phase", {
      message: `${nameOf(change)} is closed: it was ${change.closedAs}.`,
      next:
        change.closedAs === "shipped"
          ? "There is nothing left to do. What is to be different is a new change."
          : "Push it again if it is wanted after all: interlock change push",
    }),
  ];
}
