import { Failure } from "../std/failure.ts";
import type { Caller } from "./caller.ts";

/** Refuses a token that is for some environments only what concerns them all. Throws `Failure` "forbidden". */
export function requireEveryEnvironment({ environments }: Caller): void {
  if (environments === null) return;
  throw new Failure({
    code: "forbidden",
    message: "This token may not do that.",
    why: "It is for some environments only, and this concerns others as well.",
    state: "Nothing was changed.",
    next: "Ask an admin for a token that may.",
  });
}
