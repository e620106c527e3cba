import { shownName, temporaryName } from "../names.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { relationOf, stringAt } from "../tree.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import type { CreateIndex } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { indexDraft, renamedIndex } from "../steps/index-draft.ts";
import { partitionedIndexDrafts } from "../steps/partitioned-index.ts";
import type { Index } from "../../catalog/table.ts";

/** Built CONCURRENTLY; a unique one late, since it may refuse what the old version writes. */
export const createIndex = operationKind<CreateIndex>({
  kind: "create-index",
  title: "An index is built",
  fromStatement(name, fields) {
    if (name !== "IndexStmt") return undefined;
    return { kind: "create-index", table: relationOf(fields["relation"]), name: stringAt(fields, "idxname") };
  },
  draft(operation, { model, placement = "late" }) {
    const change = model.tables.get(relationKey(operation.table));
    const index = change === undefined ? undefined : madeBy(operation, change, model);
    if (change === undefined || index === undefined) return [];
    const after = index.reads.some(
      (name) => change.renamed.has(name) || change.replacements.some(({ column }) => column === name),
    );
    const phase = after || (index.unique && placement === "late") ? "contract" : "migrate";
    const slot = after ? "indexAfter" : "index";
    const { relation, before } = change;
    const draft = { relation, phase, slot, order: operation.index } as const;
    const nameIsTaken = before.indexes.some(({ name }) => name === index.name);
    if (change.after?.kind === "partitioned") {
      if (!nameIsTaken)
        return partitionedIndexDrafts({ index, table: change.after, side: "after" }, model, draft);
      throw cannotPlan(operation, {
        what: `the partitioned table ${shownName(change.relation)} has an index of that name already.`,
        next: "Give the new one another name, or drop the old one in a change before.",
      });
    }
    if (!nameIsTaken) return [indexDraft({ ...draft, index })];
    return replaceIndex(draft, { index, model });
  },
});

/** An index that takes the name of one that goes: built beside it under a name of ours, renamed in the end. */
function replaceIndex(
  draft: Omit<Parameters<typeof indexDraft>[0], "index">,
  { index, model }: { index: Index; model: ChangeModel },
): Draft[] {
  const { relation, order } = draft;
  const name = temporaryName("index", relation, index.name);
  if (index.unique) {
    model.notes.push(
      `Until contract ${displayName(index.name)} refuses what it refused before: the new version's rows must fit it too.`,
    );
  }
  return [
    indexDraft({ ...draft, index: renamedIndex(index, name) }),
    {
      phase: "contract",
      slot: draft.slot === "indexAfter" ? "finalAfter" : "final",
      order,
      step: ddl({
        title: `${displayName(index.name)} is the new index`,
        relations: [relation],
        lock: "ShareUpdateExclusiveLock",
        statements: [
          `alter index ${quoteQualified(relation.schema, name)} rename to ${quoteIdentifier(index.name)}`,
        ],
        undo: [
          `alter index ${quoteQualified(relation.schema, index.name)} rename to ${quoteIdentifier(name)}`,
        ],
      }),
    },
  ];
}

/** By its name, else the next of those that are new and that nobody names. */
function madeBy(
  { index: order, name, table }: CreateIndex,
  { before, after }: TableChange,
  model: ChangeModel,
): Index | undefined {
  const fresh = (after?.indexes ?? []).filter(
    (each) =>
      each.constraint === null &&
      !before.indexes.some((old) => old.name === each.name && old.definition === each.definition),
  );
  if (name !== undefined) return fresh.find((each) => each.name === name);
  const key = relationKey(table);
  const here = model.operations.filter(
    (each) => each.kind === "create-index" && relationKey(each.table) === key,
  );
  const named = new Set(here.map((each) => (each.kind === "create-index" ? each.name : undefined)));
  const unnamed = here.filter((each) => each.kind === "create-index" && each.name === undefined);
  return fresh.filter((each) => !named.has(each.name))[unnamed.findIndex((each) => each.index === order)];
}
