import { child, isTree, list, text } from "../sql/tree.ts";
import type { Gone } from "./plan.ts";

/** Whether a statement, by its parse tree, names something that contract takes away: the table, and the column. */
export function mentions(tree: unknown, { table, column }: Gone): boolean {
  const found = { table: false, column: column === null };
  for (const [key, member] of members(tree)) {
    if (key === "RangeVar" || key === "relation") {
      const schema = text(member, "schemaname");
      found.table ||= text(member, "relname") === table.name && (schema ?? table.schema) === table.schema;
    }
    if (key === "ColumnRef") {
      const last = list(member, "fields").at(-1);
      found.column ||= text(child(last, "String"), "sval") === column;
    }
    // The columns that INSERT and UPDATE set.
    if (key === "ResTarget") found.column ||= text(member, "name") === column;
    // COPY's, and those that ON CONFLICT names.
    if (key === "attlist")
      found.column ||= (member as unknown[]).some((one) => text(child(one, "String"), "sval") === column);
    if (key === "IndexElem") found.column ||= text(member, "name") === column;
  }
  return found.table && found.column;
}

function* members(value: unknown): Generator<[string, unknown]> {
  if (Array.isArray(value)) {
    for (const item of value) yield* members(item);
    return;
  }
  if (!isTree(value)) return;
  for (const [key, member] of Object.entries(value)) {
    if (isTree(member) || Array.isArray(member)) {
      yield [key, member];
      yield* members(member);
    }
  }
}
