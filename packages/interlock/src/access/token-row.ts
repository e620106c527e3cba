import type { Role, Scope } from "../api/access.ts";
import type { Token } from "../api/tokens.ts";

/** A token as it stands in the control database, without its hash. */
export interface TokenRow {
  id: string;
  name: string;
  owner: string;
  role: Role;
  scopes: Scope[] | null;
  environments: string[] | null;
  created_at: Date;
  created_by: string;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
  revoked_by: string | null;
}

export const tokenColumns =
  "id, name, owner, role, scopes, environments, created_at, created_by, expires_at, last_used_at, revoked_at, revoked_by";

/** A token as it goes over the wire. */
export function tokenOf(row: TokenRow): Token {
  const { id, name, owner, role, scopes, environments } = row;
  return {
    id,
    name,
    owner,
    role,
    scopes,
    environments,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    expiresAt: row.expires_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    revokedBy: row.revoked_by,
  };
}
