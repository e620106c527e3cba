import type { Step } from "../step-effects.ts";
import type { Lock } from "./lock.ts";
import type { Work } from "./work.ts";

/** A lock of the migration's session, and what it is on. */
export interface Held extends Lock {
  /** As displayed; of an index its table. */
  relation: string;
  isTable: boolean;
  isSequence?: boolean;
}

export interface Changed {
  target: string;
  relation: string;
  /** How a row is locked that it may have written, though here it wrote only some; undefined where it names its rows. */
  others: "for no key update" | "for update" | undefined;
}

/** What a step did, and what it holds. */
export interface Observed {
  /** A number for each transaction of the walk. */
  transaction: number;
  work: Work[];
  limitsItsWait: boolean;
  /** What it holds or, outside a transaction, held: for the report. */
  locks: Step["locks"];
  /** What its transaction holds since this step. */
  taken: Held[];
  /** Tables with rows that it wrote, which stay locked until its transaction ends. */
  changed: Changed[];
  /** Whether what is known of the statements' locks is of before a statement that was committed since. */
  isLate: boolean;
  /** Tables of which one has a foreign key that refers to the other, by their OIDs. */
  related: readonly (readonly [string, string])[];
  /** Whether it is still in its transaction, so that what it holds can be tried. */
  isOpen: boolean;
}
