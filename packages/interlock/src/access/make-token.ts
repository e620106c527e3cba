import { scopes as everyScope, scopesOfRole } from "../api/access.ts";
import { makeTokenSchema, type MadeToken, type MakeToken } from "../api/tokens.ts";
import type { Control, Transaction } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import type { Caller } from "./caller.ts";
import { hashOfToken, newTokenText } from "./token-text.ts";
import { tokenColumns, tokenOf, type TokenRow } from "./token-row.ts";

/**
 * Makes a token that may do no more than whoever makes it. The answer holds the token itself, which nobody can
 * read again. Throws `Failure` "forbidden", or "input-not-valid" where the scopes are not the role's.
 */
export async function makeToken(
  control: Control,
  { wanted, caller }: { wanted: MakeToken; caller: Caller },
): Promise<MadeToken> {
  const { role, scopes = null, environments = null, owner = caller.owner } = makeTokenSchema.parse(wanted);
  const notOfRole = (scopes ?? []).filter((scope) => !scopesOfRole[role].includes(scope));
  if (notOfRole.length > 0) {
    throw new Failure({
      code: "input-not-valid",
      message: `The role ${role} does not have ${notOfRole.join(", ")}.`,
      why: "A token's scopes narrow what its role allows.",
      state: "No token was made.",
      next: `Leave them out or take another role; ${role} has ${scopesOfRole[role].join(", ")}.`,
    });
  }
  const beyond = (scopes ?? scopesOfRole[role]).filter((scope) => !caller.scopes.has(scope));
  if (beyond.length > 0) throw moreThanOwn(`Yours does not have ${beyond.join(", ")}.`);
  const { environments: own } = caller;
  if (own !== null && (environments === null || environments.some((name) => !own.includes(name)))) {
    throw moreThanOwn(`Yours is for ${own.join(", ")} only.`);
  }
  // What is done is put down to the owner, and nobody may approve a change of their own: who may not do
  // everything must not act under another name.
  const mayDoEverything = everyScope.every((scope) => caller.scopes.has(scope)) && own === null;
  if (owner !== caller.owner && !mayDoEverything) {
    throw moreThanOwn("Only an unrestricted admin makes tokens for others.");
  }
  return control.transact((transaction) =>
    insertToken(transaction, { wanted: { ...wanted, owner }, maker: caller.owner }),
  );
}

/** Writes the token, without asking whether its maker may. */
export async function insertToken(
  transaction: Transaction,
  { wanted, maker }: { wanted: MakeToken & { owner: string }; maker: string },
): Promise<MadeToken> {
  const { name, role, scopes = null, environments = null, days } = makeTokenSchema.parse(wanted);
  const id = newId("tok");
  const secret = newTokenText(id);
  const [row] = await transaction.query<TokenRow>(
    `insert into interlock_control.tokens
            (id, name, owner, sha256, role, scopes, environments, created_by, expires_at)
     values ($1::text, $2::text, $3::text, $4::bytea, $5::text, $6::text[], $7::text[], $8::text,
             clock_timestamp() + $9::integer * interval '1 day')
     returning ${tokenColumns}`,
    [id, name, wanted.owner, hashOfToken(secret), role, scopes, environments, maker, days],
  );
  if (row === undefined) throw new Error("insert … returning answers one row");
  const token = tokenOf(row);
  const detail = { name, owner: wanted.owner, role, scopes, environments, expiresAt: token.expiresAt };
  transaction.audit({ actor: maker, action: "token.make", subject: id, detail });
  transaction.emit({ kind: "token-made", subject: id, detail: { owner: wanted.owner, role } });
  return { ...token, secret };
}

function moreThanOwn(why: string): Failure {
  return new Failure({
    code: "forbidden",
    message: "Nobody makes a token that may do more than their own.",
    why,
    state: "No token was made.",
    next: "Ask for less, or ask somebody whose token may do that.",
  });
}
