import type { Index } from "../../catalog/table.ts";
import { parseStatements } from "../../sql/parse.ts";
import { deparseSync } from "pgsql-deparser";
import type { Draft } from "../draft.ts";
import { fields } from "../expression.ts";
import type { TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";
import { indexDraft } from "./index-draft.ts";

/** The name that the copy of an index has until the original goes. */
export function copiedIndexName(change: TableChange, index: Index): string {
  return temporaryName("index", change.relation, index.name);
}

/**
 * Indexes on a column, built once more on its copy under names of ours: for a rename those that statements with
 * the new name can't do without (unique ones, for ON CONFLICT, and those that begin with it); for a type change
 * all of them.
 */
export function copyIndexes(
  change: TableChange,
  { column, copy, order, all }: { column: string; copy: string; order: number; all: boolean },
): Draft[] {
  const wanted = change.before.indexes.filter(
    (index) => index.reads.includes(column) && (all || index.unique || index.columns[0] === column),
  );
  return wanted.map((index) => {
    const name = copiedIndexName(change, index);
    return indexDraft({
      index: { ...index, name, definition: redefine(index.definition, { column, copy, name }) },
      relation: change.relation,
      phase: "migrate",
      slot: "index",
      order,
    });
  });
}

/** An index's definition with another name and one column in another's place. */
export function redefine(
  definition: string,
  { column, copy, name }: { column: string; copy: string; name: string },
): string {
  const [statement] = parseStatements(definition, name);
  if (statement === undefined) throw new Error(`no index definition: ${definition}`);
  const tree = replace(statement.node, { column, copy });
  const index = fields(fields(tree)["IndexStmt"]);
  index["idxname"] = name;
  const text = deparseSync(tree as typeof statement.node, { pretty: false }).replace(/;\s*$/, "");
  return text;
}

function replace(tree: unknown, names: { column: string; copy: string }): unknown {
  if (Array.isArray(tree)) return tree.map((item) => replace(item, names));
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => {
      if (key === "IndexElem") {
        const element = fields(replace(value, names));
        return [key, element["name"] === names.column ? { ...element, name: names.copy } : element];
      }
      if (key === "ColumnRef") {
        const parts = fields(value)["fields"];
        const last = Array.isArray(parts) ? fields(fields(parts.at(-1))["String"])["sval"] : undefined;
        return [key, last === names.column ? { fields: [{ String: { sval: names.copy } }] } : value];
      }
      return [key, replace(value, names)];
    }),
  );
}
