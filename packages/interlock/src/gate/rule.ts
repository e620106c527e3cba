import type { Backtest, Rule } from "../api/rules.ts";
import { freezeSettingsSchema } from "../api/rules.ts";
import { nextWindow, windowAt } from "./schedule/schedule.ts";

/** A rule as the control database has it. */
export interface RuleRow {
  id: string;
  kind: Rule["kind"];
  scope: string;
  settings: unknown;
  reason: string;
  owner: string;
  incident: string | null;
  state: "proposed" | "in-force" | "lifted";
  backtest: Backtest | null;
  created_at: Date;
  accepted_at: Date | null;
  accepted_by: string | null;
  expires_at: Date | null;
  lifted_at: Date | null;
  lifted_by: string | null;
  lifted_reason: string | null;
}

export const ruleColumns =
  "id, kind, scope, settings, reason, owner, incident, state, backtest, created_at, accepted_at, accepted_by, expires_at, lifted_at, lifted_by, lifted_reason";

/** A rule as it goes over the wire, at a moment: from when it expires at on it is in force no more. */
export function ruleOf(row: RuleRow, at: Date): Rule {
  const { id, kind, scope, settings, reason, owner, incident, backtest } = row;
  return {
    id,
    kind,
    scope,
    settings,
    reason,
    owner,
    incident,
    state: stateOf(row, at),
    backtest,
    createdAt: row.created_at.toISOString(),
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    acceptedBy: row.accepted_by,
    expiresAt: row.expires_at?.toISOString() ?? null,
    liftedAt: row.lifted_at?.toISOString() ?? null,
    liftedBy: row.lifted_by,
    liftedReason: row.lifted_reason,
    window: windowOf(row, at),
  };
}

function stateOf({ state, expires_at: expiresAt }: RuleRow, at: Date): Rule["state"] {
  return state !== "lifted" && expiresAt !== null && expiresAt <= at ? "expired" : state;
}

function windowOf({ kind, settings }: RuleRow, at: Date): Rule["window"] {
  if (kind !== "freeze") return null;
  const read = freezeSettingsSchema.safeParse(settings);
  if (!read.success) return null;
  const open = windowAt(read.data.schedule, at);
  const window = open ?? nextWindow(read.data.schedule, at);
  if (window === undefined) return null;
  return {
    isOpen: open !== undefined,
    from: new Date(window.from).toISOString(),
    until: new Date(window.until).toISOString(),
  };
}
