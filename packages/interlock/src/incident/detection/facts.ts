import type { ImpactStatus, Policy, Priority } from "./policy.ts";

/** A signal as far as incidents care. */
export interface SignalFact {
  id: string;
  component: string | null;
  severity: "critical" | "warning" | "info";
  /** Whether it tells of an objective over hours: it goes on firing for a while when the trouble is over. */
  isOfObjective: boolean;
  state: "firing" | "ended";
  /** When the trouble began. */
  startedAt: Date;
  /** When it was heard of. */
  firstAt: Date;
  endedAt: Date | null;
  /** The incident that it was put to. */
  incident: string | null;
  /** What is known to have made it: keys of structural changes that an alarm names. */
  culprits: readonly string[];
}

export interface ComponentFact {
  key: string;
  /** What is declared when trouble with it is confirmed; null where a person decides. */
  policy: Policy | null;
  /** It has probes, and every one of them passes. */
  isHealthy: boolean;
}

export interface IncidentFact {
  id: string;
  status: "investigating" | "identified" | "monitoring";
  priority: Priority;
  startedAt: Date;
  /** Components that it affects now. */
  affected: readonly string[];
  /** Components that it ever affected: what a relapse is told by. */
  everAffected: readonly string[];
  /** The changes that its signals name, and that was named as its culprit. */
  culprits: readonly string[];
  /** What Interlock did in it by itself; null where people opened it. */
  own: OwnFact | null;
}

/** How far Interlock went with an incident that opened itself. */
export interface OwnFact {
  policies: Readonly<Record<string, Policy>>;
  relapses: number;
  /** When it went to monitoring by itself; null where it did not, or a person did. */
  recoveredAt: Date | null;
  /** The culprit with evidence, as it is ranked now; null where there is none. */
  culprit: string | null;
  /** The culprit that was told of. */
  toldCulprit: string | null;
}

/** One that is over, opened itself, and could come again. */
export interface RecentFact {
  id: string;
  affected: readonly string[];
  openedAt: Date;
  resolvedAt: Date;
}

export interface DetectionFacts {
  now: Date;
  /** Those that fire, those put to an open incident, and those that nobody has looked at. */
  signals: readonly SignalFact[];
  components: readonly ComponentFact[];
  /** Open ones, the oldest first. */
  incidents: readonly IncidentFact[];
  /** Resolved within the last hour, the latest first. */
  recent: readonly RecentFact[];
  /** How many incidents opened themselves within the last hour. */
  openedLately: number;
}

/** A component and what an incident does to it. */
export interface Affected {
  component: string;
  status: ImpactStatus;
}

export type DetectionAction =
  | {
      do: "open";
      priority: Priority;
      publish: boolean;
      affected: Affected[];
      unaffected: string[];
      signals: string[];
      startedAt: Date;
      detectedAt: Date;
    }
  /** Puts signals to an incident; what they are about that it did not affect is affected from now on. */
  | {
      do: "attach";
      incident: string;
      signals: string[];
      affected: Affected[];
      priority: Priority | null;
      why: string;
    }
  | { do: "reopen"; incident: string; signals: string[]; affected: Affected[] }
  /** It had gone quiet, and its trouble came back. */
  | { do: "relapse"; incident: string; affected: Affected[] }
  | { do: "identify"; incident: string; culprit: string }
  | { do: "recover"; incident: string; recoveredAt: Date }
  | { do: "resolve"; incident: string };
