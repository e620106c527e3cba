import { Failure } from "../std/failure.ts";
import type { Caller } from "./caller.ts";

/**
 * Refuses what every environment goes by to a token that is only for some: who may deploy to staging must not change
 * what production is judged by. `what` is told: "replace a workload". Throws `Failure` "forbidden".
 */
export function requireEverywhere({ environments }: Pick<Caller, "environments">, what: string): void {
  if (environments === null) return;
  throw new Failure({
    code: "forbidden",
    message: `This token may not ${what}.`,
    why: `It is for ${environments.join(", ")} only, and every environment goes by that.`,
    state: "Nothing was changed.",
    next: "Use a token that is not limited to environments.",
  });
}
