import type { Check } from "../api/probes.ts";
import type { Caller } from "../access/caller.ts";
import { Failure } from "../std/failure.ts";

/**
 * A check of a database of the environment runs a statement with the rights that the server has there: that is for
 * those who may add databases. Throws `Failure` "forbidden".
 */
export function requireDatabaseRight(check: Check, { scopes }: Caller): void {
  if (check.kind !== "postgres" || check.database === undefined || scopes.has("environment:write")) return;
  throw new Failure({
    code: "forbidden",
    message: "This token may not run statements on a database of the environment.",
    why: "The token lacks the scope environment:write.",
    state: "Nothing was changed.",
    next: "Give the check a URL with rights of its own, or ask an admin.",
  });
}
