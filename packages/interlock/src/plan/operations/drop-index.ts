import { displayName, quoteQualified } from "../../sql/quote.ts";
import { listAt, relationsOf } from "../tree.ts";
import type { DropIndex } from "../operation.ts";
import type { Index } from "../../catalog/table.ts";
import { losesUniqueness, guardGone, hasDouble, uniquenessNeeded } from "../lost-uniqueness.ts";
import type { Placement, TableChange } from "../model.ts";
import { buildConcurrently } from "../steps/index-draft.ts";
import { plainIndexDrafts } from "../steps/plain-index.ts";
import { operationKind } from "../operation-kind.ts";
import { ddl, type Draft } from "../draft.ts";

/**
 * The old version may lean on it, so it goes CONCURRENTLY once that version is gone; earlier where it would refuse
 * rows that the new version may write, with one in its place that is not unique.
 */
export const dropIndex = operationKind<DropIndex>({
  kind: "drop-index",
  title: "An index is dropped",
  fromStatement(name, fields) {
    if (name !== "DropStmt" || fields["removeType"] !== "OBJECT_INDEX") return undefined;
    return { kind: "drop-index", indexes: relationsOf(listAt(fields, "objects")) };
  },
  draft(operation, { model, placement }) {
    return operation.indexes.flatMap((name): Draft[] => {
      const change = [...model.tables.values()].find(
        ({ before }) =>
          before.schema === name.schema && before.indexes.some((each) => each.name === name.name),
      );
      const index = change?.before.indexes.find((each) => each.name === name.name);
      if (change === undefined || index === undefined) return [];
      if (!losesUniqueness(index, change, model)) {
        return [dropDraft(index, change, { order: operation.index, placement: placement ?? "late" })];
      }
      if (placement === "late") throw uniquenessNeeded(operation, { index, change, model });
      model.losses.push(guardGone(index.name, change.relation, hasDouble(index, change.relation)));
      return [
        ...plainIndexDrafts(index, change, operation.index),
        dropDraft(index, change, { order: operation.index, placement: "early" }),
      ];
    });
  },
});

function dropDraft(
  index: Index,
  { relation, before }: TableChange,
  { order, placement }: { order: number; placement: Placement },
): Draft {
  const late = placement === "late";
  const name = quoteQualified(relation.schema, index.name);
  // That of a partitioned table can't go CONCURRENTLY; it goes at once, with its parts.
  if (before.kind === "partitioned") {
    return {
      phase: late ? "contract" : "expand",
      slot: late ? "final" : "shape",
      order,
      step: ddl({
        title: `drop index ${displayName(index.name)}`,
        relations: [relation, ...before.partitions],
        statements: [`drop index ${name}`],
        undo: null,
      }),
    };
  }
  return {
    phase: late ? "contract" : "expand",
    slot: late ? "final" : "shape",
    order,
    step: {
      kind: "index",
      title: `drop index ${displayName(index.name)}`,
      relations: [relation],
      lock: "ShareUpdateExclusiveLock",
      undo: late ? null : [buildConcurrently(index)],
      statement: `drop index concurrently ${name}`,
      index: { schema: relation.schema, name: index.name },
    },
  };
}
