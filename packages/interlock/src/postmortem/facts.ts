import type { Category, Priority } from "../api/incidents.ts";
import type { Locale, Localised } from "../api/localised.ts";

/** What a line of the overview can tell of. */
export type MomentKind =
  | "structure-deployed"
  | "structure-deployed-alone"
  | "application-deployed"
  | "release-deployed"
  | "rolled-back"
  | "started"
  | "detected"
  | "declared"
  | "unit-opened"
  | "first-update"
  | "recovered"
  | "ended";

/** One line of the overview: when, and what of it is known. */
export interface Moment {
  at: Date;
  kind: MomentKind;
  /** What only the company itself may read: versions, changes, who did it. */
  internal: string | null;
}

/** A statement of a live version that no longer worked. */
export interface BrokenStatement {
  appVersion: string;
  name: string;
  sqlstate: string | null;
  message: string;
  /** As its workload has it; null where no workload is stored. */
  sql: string | null;
}

/** What is known of why it happened, all of it from evidence. */
export interface Cause {
  /** The change that is known to have caused it. */
  change: { id: string; title: string; appVersion: string | null } | null;
  /** In which order its halves may go; null where no rehearsal says so. */
  order: "any" | "schema-first" | "app-first" | "split" | null;
  kinds: string[];
  tables: string[];
  statements: number;
  /** Whether a live version did not work on the structure that was there. */
  wasPartial: boolean;
  structureAt: Date | null;
  applicationAt: Date | null;
  broken: BrokenStatement[];
}

/** Requests of clients around an incident, as a platform counted them. */
export interface RequestCounts {
  failed: number;
  /** Null where only failures were counted. */
  total: number | null;
}

/** An action as a post-mortem shows it. */
export interface ShownAction {
  reference: string;
  kind: "task" | "block" | "rule";
  state: "open" | "done" | "dropped";
  symptoms: Localised;
  texts: Localised;
  owner: string;
  dueAt: Date | null;
  isPublic: boolean;
  /** The rule of the gate that it has become, and what that has held back since. */
  rule: string | null;
  expiresAt: Date | null;
  refused: number;
}

/** All that prose is derived from. What is not known is null, or not there. */
export interface PostmortemFacts {
  incident: string;
  reference: string;
  environment: string;
  priority: Priority;
  titles: Localised;
  category: Category;
  responsibility: string | null;
  timeZone: string;
  /** The languages that are required. */
  locales: Locale[];
  status: string;
  startedAt: Date;
  detectedAt: Date | null;
  declaredAt: Date;
  unitAt: Date | null;
  firstUpdateAt: Date | null;
  recoveredAt: Date | null;
  endedAt: Date | null;
  /** Languages in which every update was published; and how many updates there were. */
  updates: { count: number; locales: Locale[] };
  affected: Localised[];
  unaffected: Localised[];
  requests: RequestCounts | null;
  moments: Moment[];
  cause: Cause | null;
  actions: ShownAction[];
}
