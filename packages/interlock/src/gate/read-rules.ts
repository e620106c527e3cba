import type { Control } from "../control/control.ts";
import type { GateFacts } from "./facts.ts";

/** What people have said about an environment, as decisions use it. */
export type RuleFacts = Pick<GateFacts, "rules" | "approvals" | "overrides" | "incidents">;

/**
 * Reads the rules in force, the incidents that are open, the overrides and, of a change, the approvals: those that
 * hold at a moment. In one query. `change` is null where the gate is asked about a release.
 */
export async function readRuleFacts(
  query: Control["query"],
  { environment, change, at }: { environment: string; change: string | null; at: Date },
): Promise<RuleFacts> {
  const [row] = await query<RuleFacts>(readSql, [environment, change, at]);
  if (row === undefined) throw new Error("a select of four aggregates has a row");
  return row;
}

/** Moments as decisions have them: ISO 8601, UTC, milliseconds. */
const moment = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

const list = (object: string, from: string): string =>
  `(select coalesce(jsonb_agg(${object} order by id), '[]'::jsonb) from ${from})`;

// What expires is gone from its moment on, not after it.
const readSql = `select
  ${list(
    `jsonb_build_object('rule', id, 'kind', kind, 'scope', scope, 'settings', settings, 'reason', reason,
      'owner', owner, 'incident', incident, 'expiresAt', ${moment("expires_at")})`,
    `interlock_control.rules where state = 'in-force' and (expires_at is null or expires_at > $3::timestamptz)`,
  )} as rules,
  ${list(
    `jsonb_build_object('approver', approver, 'role', role, 'expiresAt', ${moment("expires_at")})`,
    `interlock_control.approvals where change = $2::text and environment = $1::text
      and withdrawn_at is null and expires_at > $3::timestamptz`,
  )} as approvals,
  ${list(
    `jsonb_build_object('override', id, 'subject', subject, 'rules', rules, 'reason', reason, 'madeBy', made_by,
      'expiresAt', ${moment("expires_at")})`,
    `interlock_control.overrides where environment = $1::text and expires_at > $3::timestamptz`,
  )} as overrides,
  ${list(
    `jsonb_build_object('incident', id, 'reference', 'INC-' || number, 'priority', priority,
      'title', coalesce(titles ->> 'en', titles ->> 'fr', titles ->> 'it'), 'scopes', scopes, 'holds', holds)`,
    `interlock_control.incidents where environment = $1::text and closed_at is null`,
  )} as incidents`;
