import type { Index } from "../../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { remakeReplaced } from "../dependants/remade-with.ts";
import { differs } from "../differs.ts";
import { printExpression } from "../expression.ts";
import type { ChangeModel, Replacement, TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { isWidening } from "../raising.ts";
import { referencedBy } from "../referenced-by.ts";
import { columnKey } from "../workload-use.ts";
import { moveTypesInStatement } from "../version-views/rename-types.ts";
import { backfill } from "./backfill.ts";
import { addUsingIndex, commentOnConstraint } from "./constraint-sql.ts";
import { copiedIndexes, copyIndexes } from "./copy-indexes.ts";
import { exchangeColumns, exchangeTitle, proofName } from "./exchange-columns.ts";
import { copyConstraints, dropOriginals, lockedBy, nameCopies } from "./take-over-constraints.ts";
import { finalOrder, hiddenColumns, takenOver } from "./taken-over.ts";

/**
 * The steps of a type change that writes every row: a hidden column of the new type takes the old one's place.
 * What hangs on several such columns of a table, and their exchange, comes with the first of them.
 */
export function replacementDrafts(
  change: TableChange,
  replacement: Replacement,
  model: ChangeModel,
): Draft[] {
  const held = oldTypeHolds(change, replacement, model);
  if (held !== undefined) model.notes.push(held);
  const own = [...fillHidden(change, replacement), ...proveNotNull(change, replacement)];
  const order = finalOrder(change);
  if (replacement.order !== order) return own;
  const taken = takenOver(change, model);
  const dependants = remakeReplaced(change, model);
  return [
    ...own,
    ...copyIndexes(change, { columns: hiddenColumns(change), purpose: "type", order }, model),
    ...copyConstraints(taken, order),
    {
      phase: "contract",
      slot: "final",
      order,
      merge: `final ${relationKey(change.relation)}`,
      step: ddl({
        title: exchangeTitle(change),
        relations: distinct([
          change.relation,
          ...taken.flatMap(lockedBy),
          ...dependants.relations,
          ...change.replacements.flatMap(({ column }) => referencedBy(change.before, column)),
        ]),
        statements: [
          ...dependants.drop,
          ...dropOriginals(taken),
          ...exchangeColumns(change),
          ...nameIndexes(change, model),
          ...nameCopies(taken),
          ...dependants.create.map((sql) => withTypesThere(sql, model)),
        ],
        undo: null,
      }),
    },
  ];
}

/**
 * What to know where both versions write the old column by its one name: until contract it takes what its old type
 * holds and no more. No rehearsal shows it, since it depends on the values that are sent.
 */
function oldTypeHolds(
  { relation, before }: TableChange,
  { column, type, shownType, twin }: Replacement,
  { filledByNew, used, new: coming }: ChangeModel,
): string | undefined {
  const old = before.columns.find(({ name }) => name === column)?.type ?? "";
  const writes = filledByNew.has(relationKey(relation)) && used.new.has(columnKey(relation, column));
  if (twin !== undefined || !writes || isWidening(type, old)) return undefined;
  const shown = shownName(relation, column);
  return `Until contract ${shown} is ${old} for both versions: a value that only ${shownType ?? type} holds is refused. If ${coming.join(", ")} may send one before, give it a column of another name.`;
}

function fillHidden(
  change: TableChange,
  { column, hidden, type, order, up, twin, shownType, isTotal }: Replacement,
): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(hidden);
  const shown = shownName(relation, column);
  const after = change.after?.columns.find(({ name }) => name === column);
  const before = change.before.columns.find(({ name }) => name === column)?.type ?? "";
  const called = shownType ?? type;
  const collation = after === undefined || after.collation === null ? "" : ` collate ${after.collation}`;
  const verify = (phase: "migrate" | "contract"): Draft => ({
    phase,
    slot: "verify",
    order,
    step: {
      kind: "verify",
      title: `${shown} is the same in both types in every row`,
      relations: [relation],
      lock: "AccessShareLock",
      undo: null,
      relation,
      violation: differs(own, `(${printExpression(up)})`, type),
      message: `Rows of ${shown} can't be given as ${type}. Correct them, then resume.`,
    },
  });
  return [
    {
      phase: "expand",
      slot: "shape",
      order,
      merge: `columns ${relationKey(relation)}`,
      step: ddl({
        title: `add ${shown} as ${called}, hidden`,
        relations: [relation],
        statements: [
          `alter table ${table} add column ${own} ${type}${collation}`,
          // Rows that are there stay without a value until they are filled.
          ...(twin === undefined || twin.column.default === null || twin.column.defaultIsVolatile
            ? []
            : [`alter table ${table} alter column ${own} set default ${twin.column.default}`]),
        ],
        undo: [`alter table ${table} drop column ${own}`],
      }),
    },
    backfill({
      change,
      set: [{ column: hidden, expression: printExpression(up) }],
      where: `${own} is null`,
      order,
      title: `fill ${shown} as ${called}`,
      undo: null,
      silent: true,
    }),
    verify("migrate"),
    // A live write that the new type refuses is let through and left empty: count once more when the writers are gone.
    ...(isTotal === true || isWidening(before, type) ? [] : [verify("contract")]),
  ];
}

/** Nobody but the trigger writes the hidden column, so the proof can be had before the old version is gone. */
function proveNotNull(change: TableChange, replacement: Replacement): Draft[] {
  const { relation } = change;
  if (change.after?.columns.find(({ name }) => name === replacement.column)?.notNull !== true) return [];
  const table = quoteQualified(relation.schema, relation.name);
  const proof = proofName(change, replacement);
  const shown = `${shownName(relation, replacement.column)} as ${replacement.shownType ?? replacement.type}`;
  const relations = [relation];
  return [
    {
      phase: "contract",
      slot: "constraint",
      order: replacement.order,
      merge: `constraints ${relationKey(relation)}`,
      step: ddl({
        title: `${shown} is never null: check for new rows`,
        relations,
        statements: [
          `alter table ${table} add constraint ${proof} check (${quoteIdentifier(replacement.hidden)} is not null) not valid`,
        ],
        undo: [`alter table ${table} drop constraint if exists ${proof}`],
      }),
    },
    {
      phase: "contract",
      slot: "validate",
      order: replacement.order,
      step: {
        kind: "validate",
        title: `${shown} is never null: read every row once`,
        relations,
        lock: "ShareUpdateExclusiveLock",
        undo: null,
        statement: `alter table ${table} validate constraint ${proof}`,
      },
    },
  ];
}

/** Statements that give the copies of indexes their names, and keys their constraints, once the originals are gone. */
function nameIndexes(change: TableChange, model: ChangeModel): string[] {
  const { relation, before, after } = change;
  const hidden = hiddenColumns(change);
  return before.indexes
    .filter(({ reads }) => reads.some((name) => hidden.has(name)))
    .flatMap((index) => {
      const copies = copiedIndexes(change, index, { columns: hidden, purpose: "type", model });
      const kept = after?.indexes.find(({ name }) => name === index.name);
      if (kept === undefined) return [`drop index ${quoteQualified(relation.schema, copies[0].index.name)}`];
      const own = quoteQualified(relation.schema, index.name);
      return [
        ...copies.map(
          ({ relation: { schema }, index: copy, original }) =>
            `alter index ${quoteQualified(schema, copy.name)} rename to ${quoteIdentifier(original.name)}`,
        ),
        ...asConstraint(change, index),
        ...(kept.comment === null ? [] : [`comment on index ${own} is ${quoteLiteral(kept.comment)}`]),
      ];
    });
}

function asConstraint({ relation, before, after }: TableChange, index: Index): string[] {
  const old = before.constraints.find(({ name }) => name === index.constraint);
  const kept = after?.constraints.find(({ name }) => name === index.constraint);
  if (old === undefined || kept === undefined) return [];
  return [addUsingIndex(relation, kept, index.name), ...commentOnConstraint(relation, kept)];
}

/** Enums with other labels stand in the schema of a version's views until every column of theirs is exchanged. */
function withTypesThere(sql: string, { versionViews }: ChangeModel): string {
  return versionViews === undefined
    ? sql
    : moveTypesInStatement(sql, { types: versionViews.types, to: versionViews.schema });
}

function distinct(relations: readonly Relation[]): Relation[] {
  return relations.filter(
    (relation, at) => relations.findIndex((other) => sameRelation(other, relation)) === at,
  );
}
