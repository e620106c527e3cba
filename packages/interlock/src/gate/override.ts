import type { Override } from "../api/overrides.ts";

/** An override as the control database has it. */
export interface OverrideRow {
  id: string;
  environment: string;
  subject: string;
  rules: string[];
  reason: string;
  made_at: Date;
  made_by: string;
  expires_at: Date;
}

export const overrideColumns = "id, environment, subject, rules, reason, made_at, made_by, expires_at";

/** An override as it goes over the wire. */
export function overrideOf(row: OverrideRow): Override {
  const { id, environment, subject, rules, reason } = row;
  return {
    id,
    environment,
    subject,
    rules,
    reason,
    madeAt: row.made_at.toISOString(),
    madeBy: row.made_by,
    expiresAt: row.expires_at.toISOString(),
  };
}
