import { strength, type LockMode } from "../database/lock-mode.ts";
import type { PhaseName, Relation, Step, UndoProof } from "./plan.ts";

type WithoutId<S> = S extends unknown ? Omit<S, "id"> : never;

/** A step before it has its place and its name. */
export type StepBody = WithoutId<Step>;

/**
 * Where a draft stands inside its phase. Steps of one slot run in the order of the operations they come from.
 */
export const slots = {
  /** New tables, new columns, and what goes first as it is. */
  shape: 10,
  /** What lets a table be called by two names, once it has all its columns. */
  names: 15,
  /** Triggers that keep old and new columns equal. */
  sync: 20,
  backfill: 30,
  verify: 40,
  /** CONCURRENTLY. */
  index: 50,
  /** NOT VALID, so nothing is read. */
  constraint: 60,
  validate: 70,
  /** The last form, and what goes away. */
  final: 80,
  /** What needs the names and types that `final` leaves. */
  indexAfter: 90,
  constraintAfter: 100,
  validateAfter: 110,
  finalAfter: 120,
  /** The table's own name, when nothing says the old one any more. */
  rename: 130,
} as const;

export type Slot = keyof typeof slots;

export interface Draft {
  phase: PhaseName;
  slot: Slot;
  /** The index of the operation that it comes from; a fraction puts it before or after. */
  order: number;
  /** The operation that it comes from, where that isn't the one of its place. */
  origin?: number;
  /** DDL drafts that stand next to each other and say the same here become one step. */
  merge?: string;
  step: StepBody;
}

export function relationKey({ schema, name }: Relation): string {
  return JSON.stringify([schema, name]);
}

export function sameRelation(left: Relation, right: Relation): boolean {
  return left.schema === right.schema && left.name === right.name;
}

export function strongerLock(left: LockMode, right: LockMode): LockMode {
  return strength(left) >= strength(right) ? left : right;
}

/** A step of DDL that gets an ACCESS EXCLUSIVE lock unless it says otherwise. */
export function ddl(facts: {
  title: string;
  relations: Relation[];
  statements: string[];
  undo: string[] | null;
  undoProofs?: UndoProof[];
  lock?: LockMode;
}): StepBody {
  const { undoProofs = [], ...others } = facts;
  return {
    kind: "ddl",
    lock: "AccessExclusiveLock",
    ...others,
    ...(undoProofs.length === 0 ? {} : { undoProofs }),
  };
}
