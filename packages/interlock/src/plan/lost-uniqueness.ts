import type { Index, Table } from "../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { Failure } from "../std/failure.ts";
import { cannotPlan } from "./cannot-plan.ts";
import { relationKey } from "./draft.ts";

import type { Loss, Relation } from "./plan.ts";
import type { ChangeModel, TableChange } from "./model.ts";
import { shownName } from "./names.ts";
import type { Operation } from "./operation.ts";
import { columnKey } from "./workload-use.ts";

/**
 * Whether the new version may write rows that a unique index refuses which the change takes away: nothing that is
 * left asks for as much, and the new version writes what the index reads. No rehearsal shows it, since it depends on
 * what is written.
 */
export function losesUniqueness(
  index: Index,
  change: TableChange,
  { filledByNew, used }: ChangeModel,
): change is TableChange & { after: Table } {
  const { after, renamed } = change;
  if (!index.unique || after === undefined) return false;
  const names = new Map([...renamed].map(([now, { from }]) => [from, now]));
  if (after.indexes.some((left) => asksForAsMuch(left, index, names))) return false;
  return (
    filledByNew.has(relationKey(after)) &&
    index.reads.some((column) => used.new.has(columnKey(after, names.get(column) ?? column)))
  );
}

/** Whether rows that fit `left` always fit `index`. Rather no than yes. */
function asksForAsMuch(left: Index, index: Index, names: ReadonlyMap<string, string>): boolean {
  if (!left.unique) return false;
  if (keyOf(left) === keyOf(index)) return true;
  const plain = ![left, index].some(({ definition }) => / INCLUDE \(/.test(definition));
  const hasAllRows = left.reads.length === left.columns.length && !/ WHERE /.test(left.definition);
  const nullsDistinct = !/ NULLS NOT DISTINCT/.test(index.definition);
  const columns = index.columns.map((name) => names.get(name) ?? name);
  return plain && hasAllRows && nullsDistinct && left.columns.every((name) => columns.includes(name));
}

/** What an index is over, and of which rows, without its name and table. */
function keyOf({ definition }: Index): string {
  return definition.replace(/^.*? USING /, "");
}

/** What to know where the index stays until contract all the same. */
export function uniquenessStays(index: Index, { relation }: TableChange, model: ChangeModel): string {
  return `Until contract ${displayName(index.name)} of ${shownName(relation)} refuses a second row with the same ${index.columns.map((name) => displayName(name)).join(", ")} (23505). If ${model.new.join(", ")} may write one, leave the key as it is in this change.`;
}

/** What a rollback may not be able to bring back. */
export function guardGone(name: string, table: Relation, rows: string | null): Loss {
  return {
    when: "rollback",
    kind: "refused",
    what: `From expand on ${displayName(name)} of ${shownName(table)} holds no more. A rollback makes it again, which rows that offend against it prevent.`,
    table,
    column: null,
    rows,
  };
}

/** The condition of a row that has a double; null where the index is over more than columns, or not of every row. */
export function hasDouble({ columns, reads, definition }: Index, table: Relation): string | null {
  if (reads.length !== columns.length || / (INCLUDE \(|WHERE |NULLS NOT DISTINCT)/.test(definition))
    return null;
  const own = quoteQualified(table.schema, table.name);
  const equal = columns.map(quoteIdentifier).map((name) => `interlock_other.${name} = ${own}.${name}`);
  return `exists (select from ${own} as interlock_other where ${equal.join(" and ")} and (interlock_other.tableoid, interlock_other.ctid) <> (${own}.tableoid, ${own}.ctid))`;
}

/** The refusal where the old version needs the index as long as it runs, such as for its ON CONFLICT. */
export function uniquenessNeeded(
  operation: Operation,
  { index, change, model }: { index: Index; change: TableChange; model: ChangeModel },
): Failure {
  const [old, fresh] = [model.old, model.new].map((versions) => versions.join(", "));
  return cannotPlan(operation, {
    what: `${displayName(index.name)} of ${shownName(change.relation)} can't go while ${old ?? ""} runs, and until then it refuses rows that ${fresh ?? ""} may write.`,
    why: "Two rows that only differ where the new version tells them apart are one for this index: writing the second one would fail with 23505.",
    next: "Leave it in this change and release a version that works with it as well (such as ON CONFLICT DO NOTHING without a target); take it away in a change of its own when the older version has gone.",
  });
}
