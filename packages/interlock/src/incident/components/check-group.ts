import type { Control } from "../../control/control.ts";
import { printScope } from "../../gate/scope/print-scope.ts";
import { parseScope } from "../../gate/scope/parse-scope.ts";
import { notValid } from "../refused.ts";
import { selectComponents, type ComponentRow } from "./component.ts";

/** The id of the group that a component is to belong to. Throws `Failure` "input-not-valid" for what is no group. */
export async function groupId(
  query: Control["query"],
  { environment, group }: { environment: string; group: string | null },
): Promise<string | null> {
  if (group === null) return null;
  const [row] = await query<ComponentRow>(
    `${selectComponents} and c.environment = $1::text and c.key = $2::text and c.is_group for key share of c`,
    [environment, group],
  );
  if (row !== undefined) return row.id;
  throw notValid(`There is no group ${group} in ${environment}.`, {
    next: `Add it: interlock component add ${group} --env ${environment} --is-group --name en='…'`,
  });
}

/** A scope in its canonical form. Throws `Failure` "scope-not-valid". */
export function canonicalScope(scope: string | null): string | null {
  return scope === null ? null : printScope(parseScope(scope));
}
