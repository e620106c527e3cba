import type { WorkloadStatement } from "../../workload/workload.ts";
import type { FindingCode } from "../report/finding.ts";
import type { Order, Verdict } from "../report/judgement.ts";

/** SQL by the statement's name; with samples where the values are what matters. */
export type Statements = Readonly<Record<string, string | Omit<WorkloadStatement, "name">>>;

/** A finding as a case expects it, without its words. */
export interface Expected {
  code: FindingCode;
  statement: string;
  sqlstate?: string;
  /** Of the change; absent for what is before it, and where looking for the line would change what happens. */
  line?: number;
  /** `error`, unless said otherwise. */
  severity?: "warning" | "note";
  /** `after-change`, unless said otherwise. */
  when?: "before-change";
}

/** A change that hurts a version that runs, and its twin, which looks alike and must stay quiet. */
export interface Case {
  what: string;
  /** The schema before the change, where it is not the subject's. */
  start?: string;
  change: string;
  /** What the version that runs sends. */
  old: Statements;
  /** What the version to come sends, where the order is a part of the case. */
  coming?: Statements;
  finds: readonly Expected[];
  /** Null, unless the version to come is there to be asked. */
  order?: Order;
  /** `unsafe`, unless said otherwise. */
  verdict?: Verdict;
  twin: Twin;
}

/** Nothing may be found, and everything has to be exercised. */
export interface Twin {
  what: string;
  /** The case's own, if it is left out: then the statements differ, and have other names. */
  change?: string;
  /** The case's own, if they are left out. */
  old?: Statements;
}

/** Cases about one thing; those without a schema of their own share this one. */
export interface Subject {
  name: string;
  start: string;
  cases: readonly Case[];
}
