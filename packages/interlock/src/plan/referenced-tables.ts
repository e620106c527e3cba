import { parseStatements } from "../sql/parse.ts";
import { relationKey } from "./draft.ts";
import { fields } from "./expression.ts";
import type { ChangeModel } from "./model.ts";
import type { Relation } from "./plan.ts";
import { relationOf } from "./tree.ts";

/** The tables that were there before the change and that a statement names, in the order in which it does. */
export function referencedTables(sql: string, { tables }: Pick<ChangeModel, "tables">): Relation[] {
  const found = new Map<string, Relation>();
  const visit = (tree: unknown): void => {
    if (Array.isArray(tree)) {
      for (const item of tree) visit(item);
      return;
    }
    const node = fields(tree);
    if (typeof node["relname"] === "string") {
      const relation = relationOf(node);
      if (tables.has(relationKey(relation))) found.set(relationKey(relation), relation);
    }
    for (const value of Object.values(node)) visit(value);
  };
  for (const { node } of parseStatements(sql, sql)) visit(node);
  return [...found.values()];
}
