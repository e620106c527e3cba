import type { Approval } from "../api/approvals.ts";
import type { Role } from "../api/access.ts";

/** An approval as the control database has it. */
export interface ApprovalRow {
  id: string;
  change: string;
  environment: string;
  approver: string;
  role: Role;
  approved_at: Date;
  expires_at: Date;
  withdrawn_at: Date | null;
}

export const approvalColumns =
  "id, change, environment, approver, role, approved_at, expires_at, withdrawn_at";

/** An approval as it goes over the wire. */
export function approvalOf(row: ApprovalRow): Approval {
  const { id, change, environment, approver, role } = row;
  return {
    id,
    change,
    environment,
    approver,
    role,
    approvedAt: row.approved_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  };
}
