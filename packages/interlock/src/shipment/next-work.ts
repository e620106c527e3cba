import type { PhaseName } from "../plan/plan.ts";

/** Where a shipment is going. Once it goes back it only goes back. */
export type Direction = "forward" | "back";

/**
 * How far a shipment is in a database. `pending`: its turn has not come, or comes again; `ready`: expanded and
 * migrated, both versions work; `stopped`: left at a safe point.
 */
export type DatabaseState = "pending" | "running" | "ready" | "done" | "failed" | "stopped" | "rolled-back";

/** What is done with one database at a stretch. `expand` is the plan's expand and migrate phases. */
export type Task = "expand" | "contract" | "rollback";

export interface DatabaseWork {
  database: string;
  position: number;
  isCanary: boolean;
  state: DatabaseState;
  /** The last phase that was begun there; null where nothing was. */
  phase: PhaseName | null;
  /** Whether somebody is at work there. A database that is running without is one whose server died. */
  isAtWork: boolean;
}

export interface ShipmentWork {
  direction: Direction;
  target: "expand" | "contract";
  /** Databases at most that are worked on at once. */
  concurrency: number;
  isStopAsked: boolean;
  databases: readonly DatabaseWork[];
}

export type NextWork =
  /** These may begin, if the gate says so. */
  | { kind: "begin"; task: Task; databases: string[] }
  /** Nothing may begin until something that is under way has ended. */
  | { kind: "wait" }
  /** Nothing is under way and nothing more is to be done. */
  | { kind: "settle"; state: "ready" | "done" | "stopped" | "rolled-back" };

/**
 * What a shipment may do next: canaries before the others, no more at once than it is allowed, nothing new once
 * one has failed or a stop was asked for, and no contract anywhere before every database is expanded.
 */
export function nextWork(shipment: ShipmentWork): NextWork {
  const busy = shipment.databases.filter(isBusy);
  const stage = shipment.direction === "back" ? backward(shipment) : forward(shipment);
  if ("settle" in stage) return busy.length > 0 ? { kind: "wait" } : { kind: "settle", state: stage.settle };
  const halted =
    shipment.isStopAsked || shipment.databases.some(({ state }) => state === "failed" || state === "stopped");
  if (halted) return busy.length > 0 ? { kind: "wait" } : { kind: "settle", state: "stopped" };
  const free = shipment.concurrency - busy.length;
  const databases = stage.candidates
    .toSorted((one, other) => one.position - other.position)
    .slice(0, Math.max(0, free))
    .map(({ database }) => database);
  return databases.length === 0 ? { kind: "wait" } : { kind: "begin", task: stage.task, databases };
}

type Stage =
  | { task: Task; candidates: readonly DatabaseWork[] }
  | { settle: "ready" | "done" | "rolled-back" };

function forward({ target, databases }: ShipmentWork): Stage {
  if (!databases.every(isExpanded)) {
    const left = databases.filter((one) => !isExpanded(one));
    return { task: "expand", candidates: canariesFirst(left).filter(isFree) };
  }
  if (target === "expand") return { settle: "ready" };
  const left = databases.filter(({ state }) => state !== "done");
  if (left.length === 0) return { settle: "done" };
  return { task: "contract", candidates: canariesFirst(left).filter(isFree) };
}

/** Where contract was begun it shows whether there is a way back at all, so these go first and alone. */
function backward({ databases }: ShipmentWork): Stage {
  const left = databases.filter((one) => one.state !== "rolled-back" && isTouched(one));
  if (left.length === 0) return { settle: "rolled-back" };
  const contracted = left.filter(({ phase }) => phase === "contract");
  return { task: "rollback", candidates: (contracted.length > 0 ? contracted : left).filter(isFree) };
}

function canariesFirst(left: readonly DatabaseWork[]): readonly DatabaseWork[] {
  const canaries = left.filter(({ isCanary }) => isCanary);
  return canaries.length > 0 ? canaries : left;
}

/** Whether both versions work there, or only the new one any more. */
function isExpanded({ state, phase }: DatabaseWork): boolean {
  return state === "ready" || state === "done" || phase === "contract";
}

/** Whether anything was begun there. */
export function isTouched({ phase }: Pick<DatabaseWork, "phase">): boolean {
  return phase !== null;
}

function isBusy({ state, isAtWork }: DatabaseWork): boolean {
  return state === "running" && isAtWork;
}

function isFree({ state, isAtWork }: DatabaseWork): boolean {
  return state === "pending" || state === "ready" || (state === "running" && !isAtWork);
}
