import { scopesOfRole, type Role, type Scope } from "../api/access.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import type { Caller } from "./caller.ts";
import { hashOfToken, looksLikeToken } from "./token-text.ts";

/** How long a token that was found is taken for valid without another look; a revoked one works no longer than this. */
const rememberMs = 1_000;

/** Tokens remembered at most. */
const mostRemembered = 10_000;

interface Found {
  id: string;
  owner: string;
  role: Role;
  scopes: Scope[] | null;
  environments: string[] | null;
  expires_at: Date;
  used_lately: boolean;
}

/**
 * Finds out who sends a request, from its Authorization header. Throws `Failure` "unauthenticated" with the same
 * words for a token that never was, was revoked or has expired, or what the control database fails with.
 */
export function makeAuthenticate(control: Control): (authorization: string | undefined) => Promise<Caller> {
  const remembered = new Map<string, { caller: Caller; until: number; expiresAt: number }>();
  return async (authorization) => {
    const text = tokenIn(authorization);
    // Looked up by its hash: how long that takes says nothing of how much of a guess was right.
    const hash = hashOfToken(text);
    const key = hash.toString("base64");
    const known = remembered.get(key);
    if (known !== undefined && known.until > performance.now() && known.expiresAt > Date.now()) {
      return known.caller;
    }
    remembered.delete(key);
    // Counted from before the look: a token revoked right after it stops this long after it at the latest.
    const until = performance.now() + rememberMs;
    const { caller, expiresAt } = await find(control, hash);
    if (remembered.size >= mostRemembered) remembered.clear();
    remembered.set(key, { caller, until, expiresAt });
    return caller;
  };
}

function tokenIn(authorization: string | undefined): string {
  if (authorization === undefined || authorization === "") {
    throw unauthenticated("There is no token in the request.", "The header Authorization is missing.");
  }
  const [, text = ""] = /^Bearer +(\S+)$/i.exec(authorization) ?? [];
  if (!looksLikeToken(text)) {
    throw unauthenticated(
      "The request has no token that Interlock made.",
      "The header Authorization is not `Bearer ilk_…`.",
    );
  }
  return text;
}

async function find(control: Control, hash: Buffer): Promise<{ caller: Caller; expiresAt: number }> {
  const [row] = await control.query<Found>(
    `select id, owner, role, scopes, environments, expires_at,
            last_used_at is not null and last_used_at > clock_timestamp() - interval '1 minute' as used_lately
       from interlock_control.tokens
      where sha256 = $1::bytea and revoked_at is null and expires_at > clock_timestamp()`,
    [hash],
  );
  if (row === undefined) {
    throw unauthenticated(
      "The token in the request does not work.",
      "It was never made here, was revoked, or has expired.",
    );
  }
  if (!row.used_lately) await noteUse(control, row.id);
  const allowed = scopesOfRole[row.role];
  const caller: Caller = {
    owner: row.owner,
    token: row.id,
    role: row.role,
    scopes: new Set(row.scopes === null ? allowed : row.scopes.filter((scope) => allowed.includes(scope))),
    environments: row.environments,
  };
  return { caller, expiresAt: row.expires_at.getTime() };
}

/** At most once a minute, by whichever server is first. */
async function noteUse(control: Control, id: string): Promise<void> {
  await control.query(
    `update interlock_control.tokens set last_used_at = clock_timestamp()
      where id = $1::text and (last_used_at is null or last_used_at <= clock_timestamp() - interval '1 minute')`,
    [id],
  );
}

function unauthenticated(message: string, why: string): Failure {
  return new Failure({
    code: "unauthenticated",
    message,
    why,
    state: "Nothing was done.",
    next: "Send the header `Authorization: Bearer TOKEN`; an admin makes tokens with `interlock token make`.",
  });
}
