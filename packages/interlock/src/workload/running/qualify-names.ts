import { parseStatements } from "../../sql/parse.ts";
import { displayName } from "../../sql/quote.ts";
import { child, isTree, list, text } from "../../sql/tree.ts";
import { replaceParts, type Replacement } from "./placeholders.ts";

/**
 * Writes the schema before every relation that a statement names without one, where `schemaOf` knows it:
 * the rehearsal has no search path of the role that sends the statement.
 */
export function qualifyNames(sql: string, schemaOf: (relation: string) => string | undefined): string {
  let statements;
  try {
    statements = parseStatements(sql, "a statement");
  } catch {
    return sql;
  }
  const own = new Set<string>();
  const found: { name: string; at: number }[] = [];
  for (const { node } of statements) collect(node, { own, found });
  const replacements = found.flatMap(({ name, at }): Replacement[] => {
    const schema = own.has(name) ? undefined : schemaOf(name);
    return schema === undefined ? [] : [{ start: at, end: at, text: `${displayName(schema)}.` }];
  });
  return replaceParts(sql, replacements);
}

interface Collected {
  /** Names of common table expressions, which no schema has. */
  own: Set<string>;
  found: { name: string; at: number }[];
}

function collect(node: unknown, into: Collected): void {
  if (Array.isArray(node)) for (const item of node) collect(item, into);
  if (!isTree(node)) return;
  for (const item of list(node, "ctes")) {
    const name = text(child(item, "CommonTableExpr"), "ctename");
    if (name !== undefined) into.own.add(name);
  }
  const name = text(node, "relname");
  const at = node["location"];
  if (name !== undefined && text(node, "schemaname") === undefined && typeof at === "number") {
    into.found.push({ name, at });
  }
  for (const member of Object.values(node)) collect(member, into);
}

/** The relations that a statement names, as it writes them; those of its common table expressions are none. */
export function relationsIn(node: unknown): { schema: string | undefined; name: string }[] {
  const own = new Set<string>();
  const found: { schema: string | undefined; name: string }[] = [];
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isTree(value)) return;
    const cte = text(value, "ctename");
    if (cte !== undefined) own.add(cte);
    const name = text(value, "relname");
    if (name !== undefined) found.push({ schema: text(value, "schemaname"), name });
    for (const member of Object.values(value)) walk(member);
  };
  walk(node);
  return found.filter(({ schema, name }) => schema !== undefined || !own.has(name));
}
