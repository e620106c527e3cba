import type { Index } from "../../catalog/table.ts";
import type { Draft } from "../draft.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";
import { renameInIndex } from "../rename-in-tree.ts";
import type { Relation } from "../plan.ts";
import { indexDraft } from "./index-draft.ts";
import { partitionedIndexDrafts, partsOf, type IndexPart } from "./partitioned-index.ts";

/** The name that the copy of an index has until the original goes. */
function copiedIndexName(relation: Relation, { name }: Index, purpose: CopyPurpose): string {
  return temporaryName(purpose === "type" ? "index" : "renamed_index", relation, name);
}

type CopyPurpose = "type" | "name";

interface Copying {
  /** The columns in place of which others are read. */
  columns: ReadonlyMap<string, string>;
  purpose: CopyPurpose;
}

/** The copy of an index; of one of a partitioned table with those of its parts after it. */
export function copiedIndexes(
  change: TableChange,
  index: Index,
  { columns, purpose, model }: Copying & { model: Pick<ChangeModel, "tables"> },
): [IndexPart, ...IndexPart[]] {
  return partsOf({ index, table: change.before, side: "before", as: copier({ columns, purpose }) }, model);
}

function copier({ columns, purpose }: Copying): (index: Index, relation: Relation) => Index {
  return (index, relation) => {
    const name = copiedIndexName(relation, index, purpose);
    return { ...index, name, definition: renameInIndex(index.definition, { columns, index: name }) };
  };
}

/**
 * Indexes, built once more on the columns that are to take the place of others, under names of ours: for a type
 * change all of them that read such a column; for a rename those that statements with the new name can't do
 * without (unique ones, for ON CONFLICT, and those that begin with it).
 */
export function copyIndexes(
  change: TableChange,
  { columns, purpose, order }: Copying & { order: number },
  model: ChangeModel,
): Draft[] {
  const { before: table, relation } = change;
  const as = copier({ columns, purpose });
  const place = { phase: "migrate", slot: "index", order } as const;
  const wanted = change.before.indexes.filter(
    (index) =>
      index.reads.some((name) => columns.has(name)) &&
      (purpose === "type" || index.unique || columns.has(index.columns[0] ?? "")),
  );
  return wanted.flatMap((index) =>
    table.kind === "partitioned"
      ? partitionedIndexDrafts({ index, table, side: "before", as }, model, place)
      : [indexDraft({ ...place, index: as(index, relation), relation })],
  );
}
