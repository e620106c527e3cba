import type { GateRequest } from "../api/gate.ts";
import type {
  AlarmFact,
  ChangeFact,
  DatabaseFact,
  LiveVersionFact,
  ReleaseFact,
  ShipmentFact,
} from "../evidence/facts.ts";

export type {
  AlarmFact,
  ChangeFact,
  DatabaseFact,
  Fit,
  FitFact,
  LiveBecause,
  LiveVersionFact,
  RehearsedStage,
  ReleaseFact,
  ShipmentFact,
  Stage,
  Touches,
} from "../evidence/facts.ts";

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
  /** One of them is enough. */
  scopes: string[];
  /** Whether what touches its scope waits until it is closed. */
  holds: boolean;
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
