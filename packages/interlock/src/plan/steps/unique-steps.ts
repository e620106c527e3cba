import type { Constraint } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft, type Slot } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import type { PhaseName } from "../plan.ts";
import { addUsingIndex } from "./constraint-sql.ts";
import { indexDraft, renamedIndex } from "./index-draft.ts";
import { notNullSteps } from "./not-null.ts";

/** Where the parts of a constraint's making stand. */
export interface Where {
  make: PhaseName;
  index: Slot;
  constraint: Slot;
  prove: PhaseName;
  validate: Slot;
}

export interface ConstraintSteps {
  constraint: Constraint;
  change: TableChange;
  where: Where;
  order: number;
  /** Columns of a primary key that other operations of the change make mandatory. */
  mandatoryElsewhere?: ReadonlySet<string>;
  /** The name of a unique index that is there before the change, from which it becomes a constraint. */
  usingIndex?: string | undefined;
}

/**
 * A unique constraint or primary key: its index beside running writes, then the constraint from the index. One
 * that takes the place of another, as a second primary key does, or its name, gets its index under a name of
 * ours and becomes the constraint in the transaction in which the other one goes.
 */
export function uniqueSteps({
  constraint,
  change,
  where,
  order,
  mandatoryElsewhere = new Set(),
  usingIndex,
}: ConstraintSteps): Draft[] {
  const { relation, after, before } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(constraint.name);
  const made = after?.indexes.find((each) => each.constraint === constraint.name);
  if (made === undefined) throw new Error(`the constraint ${constraint.name} has no index`);
  const nameIsTaken = before.indexes.some(({ name }) => name === constraint.name);
  const swapped =
    (nameIsTaken && constraint.name !== usingIndex) ||
    (constraint.kind === "primary" && before.primaryKey.length > 0);
  const given = before.indexes.find(({ name, constraint: of }) => name === usingIndex && of === null);
  const index =
    given ?? (nameIsTaken ? renamedIndex(made, temporaryName("index", relation, made.name)) : made);
  const mandatory =
    constraint.kind === "primary"
      ? constraint.columns.filter(
          (name) =>
            !mandatoryElsewhere.has(name) &&
            before.columns.find((column) => column.name === name)?.notNull !== true,
        )
      : [];
  const shown = `${shownName(relation)}: ${constraint.kind === "primary" ? "primary key" : "unique"} ${displayName(constraint.name)}`;
  const step = ddl({
    title: shown,
    relations: [relation],
    statements: [addUsingIndex(relation, constraint, index.name)],
    undo: [`alter table ${table} drop constraint if exists ${own}`],
  });
  return [
    ...mandatory.flatMap((column) => notNullSteps({ change, column, order })),
    ...(given === undefined
      ? [indexDraft({ index, relation, phase: where.make, slot: where.index, order })]
      : []),
    swapped
      ? { phase: "contract", slot: "final", order, merge: `final ${relationKey(relation)}`, step }
      : {
          phase: where.make,
          // Once its columns are proved not null, where it is a primary key.
          slot: mandatory.length > 0 ? "finalAfter" : where.constraint,
          order,
          step,
        },
  ];
}
