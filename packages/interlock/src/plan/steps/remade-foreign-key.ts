import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import { dropOfConstraint, dropOfKeyBehind } from "../key-swap.ts";
import type { ChangeModel, Placement } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { commentOnConstraint } from "./constraint-sql.ts";
import { constraintProof } from "./undo-proof.ts";
import type { ConstraintSteps } from "./unique-steps.ts";

/**
 * A foreign key that the change drops and makes again under its name. Rows are held to one of the two all the
 * time: the new one is made beside the old one under a name of ours and takes over its name; where it points to
 * the same columns, whose key is itself replaced, it takes the old one's place in the transaction that does so,
 * since PostgreSQL would tie it to the old key as long as that is there.
 */
export function remadeForeignKey(
  { constraint, change, order }: Omit<ConstraintSteps, "where">,
  model: ChangeModel,
  placement: Placement = "late",
): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(constraint.name);
  const old = change.before.constraints.find(({ name }) => name === constraint.name);
  const { referenced } = constraint;
  if (old === undefined || referenced === null) throw new Error(`${constraint.name} is no foreign key`);
  const behind = { schema: referenced.schema, name: referenced.name };
  const relations: Relation[] = sameRelation(behind, relation) ? [relation] : [relation, behind];
  const title = `${shownName(relation)}: foreign key ${displayName(constraint.name)}`;
  const unproved = / NOT (VALID|ENFORCED)$/.test(constraint.definition);
  const definition = `${constraint.definition}${unproved ? "" : " not valid"}`;
  const phase = placement === "early" ? "migrate" : "contract";
  const validate = (phaseSlot: "validate" | "validateAfter", name: string): Draft[] =>
    unproved
      ? []
      : [
          {
            phase,
            slot: phaseSlot,
            order,
            step: {
              kind: "validate",
              title: `${title}: read every row once`,
              relations,
              lock: "ShareUpdateExclusiveLock",
              undo: null,
              statement: `alter table ${table} validate constraint ${name}`,
            },
          },
        ];
  const keyDrop = dropOfKeyBehind(old, model);
  const sameColumns = JSON.stringify(old.referenced) === JSON.stringify(referenced);
  if (keyDrop !== undefined && sameColumns && phase === "contract") {
    const merge = `final ${relationKey(behind)}`;
    const swap = (at: number, what: string, statement: string): Draft => ({
      phase: "contract",
      slot: "final",
      order: at,
      merge,
      step: ddl({ title: `${title} ${what}`, relations, statements: [statement], undo: null }),
    });
    return [
      swap(keyDrop.index - 0.2, "off the old key", `alter table ${table} drop constraint ${own}`),
      swap(
        lastKeyOf(behind, model) + 0.2,
        "on the new key",
        `alter table ${table} add constraint ${own} ${definition}`,
      ),
      ...validate("validateAfter", own),
    ];
  }
  const proof = constraintProof(change.before, old, temporaryName("undo", relation, constraint.name));
  const temporary = quoteIdentifier(temporaryName("constraint", relation, constraint.name));
  return [
    {
      phase,
      slot: "constraint",
      order,
      step: ddl({
        title: `${title} beside the old one`,
        relations,
        lock: "ShareRowExclusiveLock",
        statements: [`alter table ${table} add constraint ${temporary} ${definition}`],
        undo: [`alter table ${table} drop constraint if exists ${temporary}`],
      }),
    },
    ...validate("validate", temporary),
    {
      phase,
      slot: "final",
      order:
        dropOfConstraint(model.operations, change, constraint.name)?.index ?? (keyDrop?.index ?? order) - 0.2,
      merge: `final ${relationKey(relation)}`,
      step: ddl({
        title: `${title} takes the old one's place`,
        relations,
        statements: [
          `alter table ${table} drop constraint ${own}`,
          `alter table ${table} rename constraint ${temporary} to ${own}`,
        ],
        undo:
          phase === "contract"
            ? null
            : [
                `alter table ${table} rename constraint ${own} to ${temporary}`,
                proof === undefined
                  ? `alter table ${table} add constraint ${own} ${old.definition}`
                  : `alter table ${table} rename constraint ${quoteIdentifier(proof.constraint)} to ${own}`,
                ...commentOnConstraint(change.before, old),
              ],
        undoProofs: phase === "contract" || proof === undefined ? [] : [proof],
      }),
    },
  ];
}

/** The last operation that gives a table a constraint. */
function lastKeyOf(relation: Relation, { operations }: ChangeModel): number {
  return Math.max(
    ...operations.map((each) =>
      (each.kind === "add-constraint" || each.kind === "drop-constraint") &&
      sameRelation(each.table, relation)
        ? each.index
        : -1,
    ),
  );
}
