// What is known of an environment, and what rehearsals have shown of changes: what the gate decides from, and what
// `interlock environment show` shows.

import type { LiveBecause } from "../environment/live-versions.ts";

export type { LiveBecause };

/**
 * Where a change stands in a database. `between`: some of what the migration alone does is there and some is not,
 * and no journal says why. `unknown`: it can't be told.
 */
export type Stage =
  | "before"
  | "expanding"
  | "expanded"
  | "contracting"
  | "after"
  | "rolling-back"
  | "between"
  | "unknown";

/** The stages for which a rehearsal has evidence; the others lie between two of them. */
export type RehearsedStage = "before" | "expanded" | "after";

/** Whether the statements of an app version work on a structure. */
export type Fit = "works" | "breaks" | "unknown";

/** What a rehearsal showed of one app version in one stage of a change. */
export interface FitFact {
  appVersion: string;
  stage: RehearsedStage;
  fit: Fit;
  /** What breaks, or what is not known; where it works, what of it failed before already, mostly nothing. */
  why: string;
  rehearsal: string;
}

export interface LiveVersionFact {
  appVersion: string;
  because: LiveBecause[];
  sessions: number;
  hasWorkload: boolean;
  /**
   * Whether every statement prepares on every database's real structure as it is now; `unknown` without workload
   * or observation.
   */
  prepares: Fit;
  why: string;
}

export interface AlarmFact {
  id: string;
  database: string;
  appVersion: string;
  /** ISO 8601. */
  raisedAt: string;
  /** Names of the statements that do not prepare. */
  statements: string[];
}

export interface DatabaseFact {
  name: string;
  isCanary: boolean;
  /** When it was last looked at, ISO 8601; null where it never was. */
  observedAt: string | null;
  /** Why it can't be looked at now; null where it can. */
  problem: string | null;
  unidentified: { applicationName: string; sessions: number }[];
}

/** What a change does, for rules. */
export interface Touches {
  /** Kinds of operation: "rename-column"; "pass-through" for what no operation knows. */
  kinds: string[];
  /** Tables as displayed: "public.payments". */
  tables: string[];
  /** Statements of the migration. */
  statements: number;
  /** Operations: an ALTER TABLE can hold several. */
  operations: number;
  /** Migration files. */
  files: number;
  /** Tables that it writes anew, as far as a rehearsal has shown it. */
  rewrites: string[];
}

/** How far the evidence about a change is, for exactly the versions that are live now. */
export type EvidenceState = "done" | "waiting" | "running" | "failed" | "missing";

export interface ChangeFact {
  change: string;
  title: string;
  /** Who made it; may not approve it. */
  author: string;
  /** The app version that comes with it, if any. */
  appVersion: string | null;
  touches: Touches;
  closedAs: "shipped" | "abandoned" | null;
  /** Whether it was handed in, or shipped here, after the version that is asked about was first released here. */
  cameLater: boolean;
  /** By database. */
  stages: Record<string, Stage>;
  /** Objects that are neither as before nor as after, by database: what to tell where a stage is unknown. */
  strange: Record<string, string[]>;
  evidence: EvidenceState;
  rehearsal: string | null;
  order: "any" | "schema-first" | "app-first" | "split" | null;
  /** Whether a proved plan is there; else why not. */
  planned: boolean;
  refusal: { code: string; message: string; next: string } | null;
  /** From every rehearsal of it whose workloads are still the ones that are stored. */
  fits: FitFact[];
}

/** A change on its way through the databases, by a shipment that has not ended. */
export interface ShipmentFact {
  shipment: string;
  change: string;
  target: "expand" | "contract" | "rollback";
  state: string;
}

export interface ReleaseFact {
  release: string;
  appVersion: string;
  startedBy: string;
  startedAt: string;
  isStalled: boolean;
}
