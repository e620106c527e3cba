import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import type { ChangeModel } from "../model.ts";
import { shownName } from "../names.ts";
import { addUsingIndex } from "./constraint-sql.ts";
import { indexDraft } from "./index-draft.ts";
import { attachments, partsOf, type IndexPart } from "./partitioned-index.ts";
import type { ConstraintSteps } from "./unique-steps.ts";

/**
 * A unique constraint of a partitioned table: each partition's index beside running writes, then the constraints from
 * them, and the table's own, which reads no row and takes them in.
 */
export function partitionedUniqueDrafts(
  { constraint, change, where, order }: ConstraintSteps,
  model: ChangeModel,
): Draft[] {
  const { after, relation } = change;
  const made = after?.indexes.find((index) => index.constraint === constraint.name);
  if (after === undefined || made === undefined)
    throw new Error(`the constraint ${constraint.name} has no index`);
  const parts = partsOf({ index: made, table: after, side: "after" }, model);
  const leaves = parts.filter(({ isParent }) => !isParent);
  return [
    ...leaves.map((part, at) =>
      indexDraft({
        index: part.index,
        relation: part.relation,
        phase: where.make,
        slot: where.index,
        order: order + at / 10_000,
      }),
    ),
    {
      phase: where.make,
      slot: where.constraint,
      order,
      step: ddl({
        title: `${shownName(relation)}: unique ${displayName(constraint.name)}, of the indexes of its partitions`,
        relations: parts.map((part) => part.relation),
        statements: [
          ...leaves.map((part) =>
            addUsingIndex(part.relation, { ...constraint, name: nameOf(part) }, part.index.name),
          ),
          ...parts
            .filter(({ isParent }) => isParent)
            .map(
              (part) =>
                `alter table only ${quoteQualified(part.relation.schema, part.relation.name)} add constraint ${quoteIdentifier(nameOf(part))} ${definitionOf(part, model) ?? constraint.definition}`,
            ),
          ...attachments(parts),
        ],
        undo: [
          `alter table ${quoteQualified(relation.schema, relation.name)} drop constraint if exists ${quoteIdentifier(constraint.name)}`,
        ],
      }),
    },
  ];
}

function nameOf({ index }: IndexPart): string {
  return index.constraint ?? index.name;
}

function definitionOf({ relation, index }: IndexPart, { tables }: ChangeModel): string | undefined {
  return tables.get(relationKey(relation))?.after?.constraints.find(({ name }) => name === index.constraint)
    ?.definition;
}
