import { parseStatements } from "../sql/parse.ts";

/** The tables that a statement names, `public` where it says no schema; none where it does not parse. */
export function tablesOfStatement(sql: string): string[] {
  const found = new Set<string>();
  const named = new Set<string>();
  const visit = (tree: unknown): void => {
    if (Array.isArray(tree)) return tree.forEach(visit);
    if (typeof tree !== "object" || tree === null) return;
    const node = tree as Record<string, unknown>;
    const { relname: name, schemaname: schema, ctename } = node;
    if (typeof ctename === "string") named.add(ctename);
    if (typeof name === "string") found.add(`${typeof schema === "string" ? schema : "public"}.${name}`);
    Object.values(node).forEach(visit);
  };
  try {
    for (const { node } of parseStatements(sql, "a statement")) visit(node);
  } catch {
    return [];
  }
  return [...found].filter((table) => !named.has(table.replace(/^public\./, "")));
}
