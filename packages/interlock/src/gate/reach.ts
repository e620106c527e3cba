import type { Caller } from "../access/caller.ts";
import { Failure } from "../std/failure.ts";
import type { Scope } from "./scope/scope.ts";

/** Refuses a rule that reaches further than the caller's token does. Throws `Failure` "forbidden". */
export function requireReach({ environments }: Caller, { words }: Scope): void {
  if (environments === null) return;
  const isWithin = words.some(
    ({ key, isNegated, patterns }) =>
      key === "env" && !isNegated && patterns.every((pattern) => environments.includes(pattern)),
  );
  if (isWithin) return;
  throw new Failure({
    code: "forbidden",
    message: "The rule reaches further than this token.",
    why: `The token is for ${environments.join(", ")}, and the scope takes other environments as well.`,
    state: "Nothing was changed.",
    next: `Narrow the scope: env=${environments.join(",")}; or ask an admin.`,
  });
}

/** Refuses what belongs to an environment that the caller's token is not for. Throws `Failure` "forbidden". */
export function requireEnvironment({ environments }: Caller, environment: string): void {
  if (environments === null || environments.includes(environment)) return;
  throw new Failure({
    code: "forbidden",
    message: "This token may not do that.",
    why: `The token is not for the environment ${environment}.`,
    state: "Nothing was changed.",
    next: "Ask an admin for a token that may.",
  });
}
