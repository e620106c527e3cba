import type { Constraint } from "../../catalog/table.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, type Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import { commentOnConstraint } from "./constraint-sql.ts";
import { constraintProof } from "./undo-proof.ts";

/** A CHECK that is dropped and made again under its name, with another condition. */
interface ReplacedCheck {
  before: Constraint;
  after: Constraint;
}

/** Undefined where a constraint is not replaced, or where the conditions of the two can't be joined. */
export function replacedCheck(name: string, change: TableChange): ReplacedCheck | undefined {
  const before = change.before.constraints.find((each) => each.name === name);
  const after = change.after?.constraints.find((each) => each.name === name);
  if (before?.kind !== "check" || after?.kind !== "check" || before.definition === after.definition)
    return undefined;
  // What is renamed or gets another type has other names until then.
  const moved = [...change.renamed.keys(), ...change.added.keys()];
  const kept = after.columns.every((column) => !moved.includes(column)) && change.replacements.length === 0;
  return kept && conditionOf(before) !== undefined && conditionOf(after) !== undefined
    ? { before, after }
    : undefined;
}

function conditionOf({ definition }: Constraint): string | undefined {
  return /^CHECK \((.*)\)$/s.exec(definition.replace(/ NOT VALID$/, ""))?.[1];
}

/**
 * Until the new CHECK holds, one that lets through what either of the two does stands in its place, so that no row
 * gets in that neither version means.
 */
export function interimCheckDrafts(
  { before, after }: ReplacedCheck,
  change: TableChange,
  order: number,
): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(before.name);
  const interim = quoteIdentifier(temporaryName("interim", relation, before.name));
  const either = [before, after].map((each) => `(${conditionOf(each) ?? "true"})`).join(" or ");
  const shown = `${shownName(relation)}: ${displayName(before.name)}`;
  const proof = constraintProof(change.before, before);
  return [
    {
      phase: "expand",
      slot: "shape",
      order,
      step: ddl({
        title: `${shown} lets through what it did and what it will`,
        relations: [relation],
        statements: [
          `alter table ${table} add constraint ${interim} check (${either}) not valid`,
          `alter table ${table} drop constraint ${own}`,
        ],
        undo: [
          ...(proof === undefined ? [`alter table ${table} add constraint ${own} ${before.definition}`] : []),
          `alter table ${table} drop constraint ${interim}`,
          ...commentOnConstraint(change.before, before),
        ],
        undoProofs: proof === undefined ? [] : [proof],
      }),
    },
    {
      phase: "contract",
      slot: "finalAfter",
      order,
      step: ddl({
        title: `${shown} lets through what it will only`,
        relations: [relation],
        statements: [`alter table ${table} drop constraint ${interim}`],
        undo: null,
      }),
    },
  ];
}
