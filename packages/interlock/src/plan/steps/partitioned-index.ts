import type { Index, Table } from "../../catalog/table.ts";
import { displayName, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft, type Slot } from "../draft.ts";
import type { ChangeModel } from "../model.ts";
import { shownName } from "../names.ts";
import type { PhaseName, Relation } from "../plan.ts";
import { indexDraft } from "./index-draft.ts";

interface Place {
  phase: PhaseName;
  slot: Slot;
  order: number;
}

/** An index of a partitioned table as the catalog has it on one side of the change, and what is to be built of it. */
export interface PartitionedIndex {
  index: Index;
  table: Table;
  side: "before" | "after";
  /** Another one in place of it and of each of its parts, such as a copy; by default they themselves. */
  as?: (index: Index, relation: Relation) => Index;
}

/** An index of a partition or of a partitioned table, and what it is on. */
export interface IndexPart {
  /** As the catalog has it. */
  original: Index;
  index: Index;
  relation: Relation;
  /** The index that it becomes a part of; undefined for the whole. */
  of: Relation | undefined;
  /** Whether it has parts itself. */
  isParent: boolean;
}

/**
 * An index on a partitioned table, which PostgreSQL doesn't build beside running writes: each partition gets its own
 * that way, and then the table one that reads no row and takes them in.
 */
export function partitionedIndexDrafts(wanted: PartitionedIndex, model: ChangeModel, place: Place): Draft[] {
  const parts = partsOf(wanted, model);
  const parents = parts.filter(({ isParent }) => isParent);
  const isThere = ({ relation, index }: IndexPart): boolean =>
    model.tables.get(relationKey(relation))?.before.indexes.some(({ name }) => name === index.name) ?? false;
  // An index that was there before would go in a rollback with the one that it has become a part of.
  const forGood = parts.some(isThere);
  const [whole] = parts;
  return [
    ...parts
      .filter((part) => !part.isParent && !isThere(part))
      .map(({ index, relation }, at) =>
        indexDraft({ ...place, order: place.order + at / 10_000, index, relation }),
      ),
    {
      phase: forGood ? "contract" : place.phase,
      slot: forGood && place.slot === "index" ? "final" : place.slot,
      order: place.order + 0.5,
      step: ddl({
        title: `index ${displayName(whole.index.name)} on ${shownName(whole.relation)}, of those on its partitions`,
        relations: parts.map(({ relation }) => relation),
        lock: "ShareLock",
        statements: [...parents.map(({ index: { definition } }) => definition), ...attachments(parts)],
        undo: forGood ? null : [`drop index ${named(nameOf(whole))}`],
      }),
    },
  ];
}

/** The index itself first, then those of its partitions and of theirs. */
export function partsOf(
  { index, table, side, as = (same) => same }: PartitionedIndex,
  model: Pick<ChangeModel, "tables">,
): [IndexPart, ...IndexPart[]] {
  const relation = { schema: table.schema, name: table.name };
  const own = as(index, relation);
  const partitions = table.partitions.flatMap((each) => {
    const partition = model.tables.get(relationKey(each))?.[side];
    const its = partition?.indexes.find(
      ({ partOf }) => partOf !== null && sameRelation(partOf, { schema: table.schema, name: index.name }),
    );
    return partition === undefined || its === undefined
      ? []
      : partsOf({ index: its, table: partition, side, as }, model);
  });
  const whole = { schema: relation.schema, name: own.name };
  return [
    { original: index, index: own, relation, of: undefined, isParent: table.partitions.length > 0 },
    ...partitions.map((part) => ({ ...part, of: part.of ?? whole })),
  ];
}

/** Makes the index of each level, once it is there, take in what it consists of, the lowest level first. */
export function attachments(parts: readonly IndexPart[]): string[] {
  return parts
    .flatMap((part) =>
      part.of === undefined ? [] : [`alter index ${named(part.of)} attach partition ${named(nameOf(part))}`],
    )
    .toReversed();
}

function nameOf({ relation, index }: IndexPart): Relation {
  return { schema: relation.schema, name: index.name };
}

function named({ schema, name }: Relation): string {
  return quoteQualified(schema, name);
}
