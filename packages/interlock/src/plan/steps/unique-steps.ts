import type { Constraint } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, type Draft, type Slot } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import type { PhaseName } from "../plan.ts";
import { indexDraft } from "./index-draft.ts";
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
}

/** A unique constraint or primary key: its index beside running writes, then the constraint from the index. */
export function uniqueSteps({ constraint, change, where, order }: ConstraintSteps): Draft[] {
  const { relation, after, before } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(constraint.name);
  const index = after?.indexes.find((each) => each.constraint === constraint.name);
  if (index === undefined) throw new Error(`the constraint ${constraint.name} has no index`);
  const deferrable = /( DEFERRABLE.*)$/.exec(constraint.definition)?.[1] ?? "";
  const mandatory =
    constraint.kind === "primary"
      ? constraint.columns.filter(
          (name) => before.columns.find((column) => column.name === name)?.notNull !== true,
        )
      : [];
  const shown = `${shownName(relation)}: ${constraint.kind === "primary" ? "primary key" : "unique"} ${displayName(constraint.name)}`;
  return [
    ...mandatory.flatMap((column) => notNullSteps({ change, column, order })),
    indexDraft({ index, relation, phase: where.make, slot: where.index, order }),
    {
      phase: where.make,
      // Once its columns are proved not null, where it is a primary key.
      slot: mandatory.length > 0 ? "finalAfter" : where.constraint,
      order,
      step: ddl({
        title: shown,
        relations: [relation],
        statements: [
          `alter table ${table} add constraint ${own} ${constraint.kind === "primary" ? "primary key" : "unique"} using index ${own}${deferrable}`,
        ],
        undo: [`alter table ${table} drop constraint if exists ${own}`],
      }),
    },
  ];
}
