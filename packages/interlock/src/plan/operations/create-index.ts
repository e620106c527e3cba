import { shownName } from "../names.ts";
import { relationKey } from "../draft.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { relationOf, stringAt } from "../tree.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import type { CreateIndex } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { indexDraft } from "../steps/constraints.ts";
import type { Index } from "../../catalog/table.ts";

/** Built CONCURRENTLY; a unique one late, since it may refuse what the old version writes. */
export const createIndex = operationKind<CreateIndex>({
  kind: "create-index",
  fromStatement(name, fields) {
    if (name !== "IndexStmt") return undefined;
    return { kind: "create-index", table: relationOf(fields["relation"]), name: stringAt(fields, "idxname") };
  },
  draft(operation, { model, placement = "late" }) {
    const change = model.tables.get(relationKey(operation.table));
    const index = change === undefined ? undefined : madeBy(operation, change, model);
    if (change === undefined || index === undefined) return [];
    if (change.before.kind !== "plain") {
      throw cannotPlan(operation, {
        what: `an index on the partitioned table ${shownName(change.relation)} can't be built beside running writes in one go.`,
        next: "Create it on each partition in a change of its own, then on the parent.",
      });
    }
    const late = index.reads.some(
      (name) => change.renamed.has(name) || change.replacements.some(({ column }) => column === name),
    );
    const phase = late || (index.unique && placement === "late") ? "contract" : "migrate";
    return [
      indexDraft({
        index,
        relation: change.relation,
        phase,
        slot: late ? "indexAfter" : "index",
        order: operation.index,
      }),
    ];
  },
});

/** By its name, else the next of those that are new and that nobody names. */
function madeBy(
  { index: order, name, table }: CreateIndex,
  { before, after }: TableChange,
  model: ChangeModel,
): Index | undefined {
  const fresh = (after?.indexes ?? []).filter(
    (each) => each.constraint === null && !before.indexes.some((old) => old.name === each.name),
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
