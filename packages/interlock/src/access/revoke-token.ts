import type { Token } from "../api/tokens.ts";
import type { Control } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import type { Caller } from "./caller.ts";
import { tokenColumns, tokenOf, type TokenRow } from "./token-row.ts";

/** Held while admins' tokens are counted, so that two who revoke each other's don't both leave; "admin" as a number. */
const lockKey = 418_564_531_566;

/**
 * Revokes a token: every server refuses it within two seconds. Throws `Failure` "not-found", "already-revoked",
 * "forbidden" for a token with a wider reach than the caller's, or "last-admin" for the last one that may make
 * tokens for everything.
 */
export async function revokeToken(
  control: Control,
  { token, caller }: { token: string; caller: Caller },
): Promise<Token> {
  return control.transact(async (transaction) => {
    await transaction.query("select pg_catalog.pg_advisory_xact_lock($1::bigint)", [lockKey]);
    const [found] = await transaction.query<TokenRow>(
      `select ${tokenColumns} from interlock_control.tokens where id = $1::text`,
      [token],
    );
    if (found === undefined) throw notFound(token);
    refuseWider(found, caller);
    if (isFullAdmin(found)) await refuseLast(transaction, found);
    const [row] = await transaction.query<TokenRow>(
      `update interlock_control.tokens set revoked_at = clock_timestamp(), revoked_by = $2::text
        where id = $1::text and revoked_at is null
        returning ${tokenColumns}`,
      [token, caller.owner],
    );
    if (row === undefined) throw alreadyRevoked(found);
    const { name, owner } = row;
    transaction.audit({
      actor: caller.owner,
      action: "token.revoke",
      subject: token,
      detail: { name, owner },
    });
    transaction.emit({ kind: "token-revoked", subject: token, detail: { owner } });
    return tokenOf(row);
  });
}

function isFullAdmin({ role, scopes, environments }: TokenRow): boolean {
  return role === "admin" && scopes === null && environments === null;
}

function refuseWider({ environments }: TokenRow, caller: Caller): void {
  const { environments: own } = caller;
  if (own === null) return;
  if (environments !== null && environments.every((name) => own.includes(name))) return;
  throw new Failure({
    code: "forbidden",
    message: "Nobody revokes a token that reaches further than their own.",
    why: `Yours is for ${own.join(", ")} only.`,
    state: "The token still works.",
    next: "Ask an admin whose token is for every environment.",
  });
}

async function refuseLast(
  transaction: Pick<Control, "query">,
  { id, revoked_at: revokedAt }: TokenRow,
): Promise<void> {
  if (revokedAt !== null) return;
  const others = await transaction.query<{ id: string }>(
    `select id from interlock_control.tokens
      where role = 'admin' and scopes is null and environments is null
        and revoked_at is null and expires_at > clock_timestamp() and id <> $1::text
      limit 1`,
    [id],
  );
  if (others.length > 0) return;
  throw new Failure({
    code: "last-admin",
    message: "This is the last token of an unrestricted admin.",
    why: "Without one nobody could make tokens any more.",
    state: "The token still works.",
    next: "Make another one first, with `interlock token make --role admin`; then revoke this one with it.",
  });
}

function notFound(token: string): Failure {
  return new Failure({
    code: "not-found",
    message: `There is no token ${token}.`,
    state: "Nothing was changed.",
    next: "See the ids with `interlock token list`.",
  });
}

function alreadyRevoked({ id, revoked_by: by, revoked_at: at }: TokenRow): Failure {
  return new Failure({
    code: "already-revoked",
    message: `The token ${id} is revoked already.`,
    ...(at === null ? {} : { why: `${by ?? "Somebody"} revoked it at ${at.toISOString()}.` }),
    state: "Nothing was changed.",
  });
}
