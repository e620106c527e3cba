import type { Scope } from "./scope.ts";

/** A scope as text: what `parseScope` reads gives the same scope. */
export function printScope({ words }: Scope): string {
  return words
    .map(({ key, isNegated, patterns }) => `${key}${isNegated ? "!=" : "="}${patterns.join(",")}`)
    .join(" ");
}
