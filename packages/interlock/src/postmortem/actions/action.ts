import type { Action, ActionRule } from "../../api/actions.ts";
import type { Localised } from "../../api/localised.ts";
import type { Backtest, Rule } from "../../api/rules.ts";

/** An action with its incident, its rule and what that has held back, as the control database has them. */
export interface ActionRow {
  id: string;
  number: string;
  incident: string;
  incident_reference: string;
  environment: string;
  kind: Action["kind"];
  state: Action["state"];
  symptoms: Localised;
  texts: Localised;
  owner: string;
  due_at: Date | null;
  is_public: boolean;
  draft: ActionRule | null;
  backtest: Backtest | null;
  rule: string | null;
  rule_state: "proposed" | "in-force" | "lifted" | null;
  rule_expires_at: Date | null;
  rule_expired: boolean;
  decisions: number;
  subjects: number;
  last_at: Date | null;
  accepted_at: Date | null;
  accepted_by: string | null;
  ended_at: Date | null;
  ended_by: string | null;
  ended_reason: string | null;
  created_at: Date;
  created_by: string;
  revision: number;
}

/** Selects rows of `ActionRow`; conditions on `a` and `i` follow. */
export const selectActions = `select a.id, a.number, a.incident, 'INC-' || i.number as incident_reference, i.environment, a.kind, a.state,
    a.symptoms, a.texts, a.owner, a.due_at, a.is_public, a.draft, a.backtest, a.rule,
    r.state as rule_state, r.expires_at as rule_expires_at,
    coalesce(r.expires_at <= clock_timestamp(), false) as rule_expired,
    coalesce(held.decisions, 0)::integer as decisions, coalesce(held.subjects, 0)::integer as subjects, held.last_at,
    a.accepted_at, a.accepted_by, a.ended_at, a.ended_by, a.ended_reason, a.created_at, a.created_by, a.revision
  from interlock_control.actions a
  join interlock_control.incidents i on i.id = a.incident
  left join interlock_control.rules r on r.id = a.rule
  left join lateral (
    select count(*) as decisions, count(distinct d.subject) as subjects, max(d.made_at) as last_at
      from interlock_control.decisions d
     where a.rule is not null and d.verdict = 'blocked' and d.made_at >= a.created_at
       and d.decision -> 'reasons' @> jsonb_build_array(jsonb_build_object('rule', a.rule, 'effect', 'blocks'))
  ) held on true`;

/** An action as it goes over the wire. */
export function actionOf(row: ActionRow): Action {
  return {
    id: row.id,
    reference: referenceOf(row),
    incident: { id: row.incident, reference: row.incident_reference, environment: row.environment },
    kind: row.kind,
    state: row.state,
    symptoms: row.symptoms,
    texts: row.texts,
    owner: row.owner,
    dueAt: row.due_at?.toISOString() ?? null,
    isPublic: row.is_public,
    rule: ruleOf(row),
    backtest: row.backtest,
    acceptedAt: row.accepted_at?.toISOString() ?? null,
    acceptedBy: row.accepted_by,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    endedReason: row.ended_reason,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    revision: row.revision,
  };
}

/** `ACT-3`. */
export function referenceOf({ number }: Pick<ActionRow, "number">): string {
  return `ACT-${number}`;
}

function ruleOf(row: ActionRow): Action["rule"] {
  const { draft } = row;
  if (draft === null) return null;
  const expiresAt = row.rule === null ? (draft.until ?? null) : (row.rule_expires_at?.toISOString() ?? null);
  return {
    kind: draft.kind,
    scope: draft.scope,
    settings: draft.kind === "block" ? {} : draft.settings,
    expiresAt,
    id: row.rule,
    state: stateOf(row),
    refused: {
      decisions: row.decisions,
      subjects: row.subjects,
      lastAt: row.last_at?.toISOString() ?? null,
    },
  };
}

function stateOf({ rule_state: state, rule_expired: isExpired }: ActionRow): Rule["state"] | "not-accepted" {
  if (state === null) return "not-accepted";
  return state !== "lifted" && isExpired ? "expired" : state;
}
