import { printScope } from "../gate/scope/print-scope.ts";
import { parseScope } from "../gate/scope/parse-scope.ts";

/**
 * What an incident holds back: the scopes that were given, else those of the components that it affects, and of one
 * that holds and of which nothing is known, everything in its environment: better too much than too little. Each in
 * its canonical form, once. Throws `Failure` "scope-not-valid".
 */
export function deriveScopes({
  given,
  ofComponents,
  holds,
  environment,
}: {
  given: readonly string[];
  ofComponents: readonly (string | null)[];
  holds: boolean;
  environment: string;
}): string[] {
  const known = given.length > 0 ? given : ofComponents.filter((scope) => scope !== null);
  const written = known.length === 0 && holds ? [`env=${environment}`] : known;
  return [...new Set(written.map((scope) => printScope(parseScope(scope))))];
}
