import type { Index } from "../../catalog/table.ts";
import type { Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";
import { renameInIndex } from "../rename-in-tree.ts";
import { indexDraft } from "./index-draft.ts";

/** The name that the copy of an index has until the original goes. */
export function copiedIndexName(change: TableChange, index: Index, purpose: CopyPurpose): string {
  return temporaryName(purpose === "type" ? "index" : "renamed_index", change.relation, index.name);
}

export type CopyPurpose = "type" | "name";

/**
 * Indexes, built once more on the columns that are to take the place of others, under names of ours: for a type
 * change all of them that read such a column; for a rename those that statements with the new name can't do
 * without (unique ones, for ON CONFLICT, and those that begin with it).
 */
export function copyIndexes(
  change: TableChange,
  { columns, purpose, order }: { columns: ReadonlyMap<string, string>; purpose: CopyPurpose; order: number },
): Draft[] {
  const wanted = change.before.indexes.filter(
    (index) =>
      index.reads.some((name) => columns.has(name)) &&
      (purpose === "type" || index.unique || columns.has(index.columns[0] ?? "")),
  );
  return wanted.flatMap((index) => {
    const name = copiedIndexName(change, index, purpose);
    const definition = renameInIndex(index.definition, { columns, index: name });
    return indexDraft({
      index: { ...index, name, definition },
      relation: change.relation,
      phase: "migrate",
      slot: "index",
      order,
    });
  });
}
