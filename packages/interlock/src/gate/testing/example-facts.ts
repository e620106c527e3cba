// For tests only: the facts of the 17 December, for cases of decisions.
import type { GateRequest } from "../../api/gate.ts";
import type { ChangeFact, FitFact, GateFacts, LiveVersionFact, RuleFact, Stage } from "../facts.ts";

export const old = "payments@2.2.0";
export const coming = "payments@2.3.0";
export const chg = "chg_0123456789abcdef";
export const at = "2026-11-27T15:30:00.000Z";

export function fit(appVersion: string, stage: FitFact["stage"], works: boolean): FitFact {
  const why = works ? "" : 'insert-payment: column "is_paid" does not exist';
  return { appVersion, stage, fit: works ? "works" : "breaks", why, rehearsal: "reh_0123456789abcdef" };
}

/** The change of the 17 December: the old version breaks after it, the new one before it. */
export function change(stage: Stage, more: Partial<ChangeFact> = {}): ChangeFact {
  return {
    change: chg,
    title: "paid, refunded → status",
    author: "ada",
    appVersion: coming,
    touches: {
      kinds: ["add-column", "drop-column"],
      tables: ["public.payments"],
      statements: 5,
      operations: 5,
      files: 1,
      rewrites: [],
    },
    closedAs: null,
    cameLater: false,
    stages: { main: stage },
    strange: {},
    evidence: "done",
    rehearsal: "reh_0123456789abcdef",
    order: "split",
    planned: true,
    refusal: null,
    fits: [
      fit(old, "before", true),
      fit(old, "expanded", true),
      fit(old, "after", false),
      fit(coming, "before", false),
      fit(coming, "expanded", true),
      fit(coming, "after", true),
    ],
    ...more,
  };
}

export function live(
  appVersion: string,
  because: LiveVersionFact["because"],
  hasWorkload = true,
): LiveVersionFact {
  return {
    appVersion,
    because,
    sessions: 4,
    hasWorkload,
    prepares: hasWorkload ? "works" : "unknown",
    why: "",
  };
}

export const to = (phase: "structure" | "expand" | "contract" | "rollback"): GateRequest => ({
  kind: "change",
  change: chg,
  to: phase,
});
export const release = (appVersion: string): GateRequest => ({
  kind: "release",
  app: "payments",
  version: appVersion.slice("payments@".length),
});

export function facts(request: GateRequest, more: Partial<GateFacts> = {}): GateFacts {
  return {
    environment: "production",
    at,
    request,
    databases: [{ name: "main", isCanary: false, observedAt: at, problem: null, unidentified: [] }],
    versions: [live(old, ["sessions", "released"])],
    changes: [change("before")],
    alarms: [],
    releases: [],
    shipments: [],
    rules: [],
    approvals: [],
    overrides: [],
    incidents: [],
    candidate:
      request.kind === "release"
        ? { appVersion: `payments@${request.version}`, hasWorkload: true, prepares: "works", why: "" }
        : null,
    ...more,
  };
}

export function rule(kind: RuleFact["kind"], settings: unknown, more: Partial<RuleFact> = {}): RuleFact {
  return {
    rule: "rul_0123456789abcdef",
    kind,
    scope: "env=production",
    settings,
    reason: "because",
    owner: "grace",
    incident: null,
    expiresAt: null,
    ...more,
  };
}

export const both = [live(old, ["sessions"]), live(coming, ["sessions", "released"])];
export const weekend = {
  schedule: {
    start: "2026-11-20T16:00:00",
    timeZone: "Europe/Paris",
    rrule: "FREQ=WEEKLY;BYDAY=FR",
    duration: "P2DT16H",
  },
};
