import type { GateRequest } from "../api/gate.ts";

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
  /** What breaks, or what is not known; empty where it works. */
  why: string;
  rehearsal: string;
}

/** Why a version counts as live. One reason is enough. */
export type LiveBecause =
  /** It has sessions now. */
  | "sessions"
  /** It had sessions within the last minute: a pool may be between two connections. */
  | "seen-lately"
  | "release-running"
  /** Its release was begun, and never said to have ended, in the time that it was to take. */
  | "release-stalled"
  /** Its release finished, and none of another version of the app has since. */
  | "released";

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

export interface RuleFact {
  rule: string;
  kind: "block" | "freeze" | "size-limit" | "approval";
  scope: string;
  settings: unknown;
  reason: string;
  owner: string;
  incident: string | null;
  /** ISO 8601; null for a rule that stays. */
  expiresAt: string | null;
}

export interface ApprovalFact {
  approver: string;
  role: string;
  expiresAt: string;
}

export interface OverrideFact {
  override: string;
  subject: string;
  rules: string[];
  reason: string;
  madeBy: string;
  expiresAt: string;
}

export interface IncidentFact {
  incident: string;
  reference: string;
  priority: "P1" | "P2" | "P3" | "P4";
  title: string;
  scope: string;
}

/** All that a decision is made from; nothing else is looked at. */
export interface GateFacts {
  environment: string;
  /** ISO 8601: the moment that the decision is made for. */
  at: string;
  request: GateRequest;
  databases: DatabaseFact[];
  versions: LiveVersionFact[];
  /**
   * Of the change that is asked about and of every other one of which there is evidence about a live version or
   * the version that is asked about.
   */
  changes: ChangeFact[];
  alarms: AlarmFact[];
  releases: ReleaseFact[];
  shipments: ShipmentFact[];
  rules: RuleFact[];
  /** Of the change that is asked about. */
  approvals: ApprovalFact[];
  overrides: OverrideFact[];
  incidents: IncidentFact[];
  /**
   * Of the version that is asked about in a release request: whether its workload is there and prepares. Null
   * for other requests.
   */
  candidate: Pick<LiveVersionFact, "appVersion" | "hasWorkload" | "prepares" | "why"> | null;
}
