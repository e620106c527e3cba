import type { Scope } from "../api/access.ts";
import { Failure } from "../std/failure.ts";
import type { Caller } from "./caller.ts";

/** Refuses what a route's own scope does not cover, where one request does several things. Throws `Failure` "forbidden". */
export function requireScope({ scopes }: Pick<Caller, "scopes">, scope: Scope, what: string): void {
  if (scopes.has(scope)) return;
  throw new Failure({
    code: "forbidden",
    message: `This token may not ${what}.`,
    why: `It lacks ${scope}.`,
    state: "Nothing was changed.",
    next: "Ask an admin for a token that may.",
  });
}
