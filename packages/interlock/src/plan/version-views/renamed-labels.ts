import type { EnumType } from "../../catalog/read-enums.ts";
import { parseExpression, type Expression } from "../expression.ts";
import type { ChangeModel } from "../model.ts";
import type { RenameEnumValue } from "../operation.ts";
import { cannotPlan } from "../cannot-plan.ts";
import { displayName, quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";

/** An enum some of whose labels the change gives other names. */
export interface RenamedLabels {
  before: EnumType;
  after: EnumType;
  /** The first operation that does. */
  operation: RenameEnumValue;
}

/** Enums that have the same values before and after under other labels. Throws `Failure` "cannot-plan" for one that gets values as well. */
export function renamedLabels({
  operations,
  enums,
}: Pick<ChangeModel, "operations" | "enums">): RenamedLabels[] {
  return enums.before.flatMap((before) => {
    const is = ({ schema, name }: { schema: string; name: string }): boolean =>
      schema === before.schema && name === before.name;
    const operation = operations.find(
      (each): each is RenameEnumValue => each.kind === "rename-enum-value" && is(each.type),
    );
    const after = enums.after.find(is);
    if (operation === undefined || after === undefined) return [];
    if (after.labels.length !== before.labels.length) {
      throw cannotPlan(operation, {
        what: `the enum ${displayName(before.name)} gets values, and other names for values that it has, in one change.`,
        why: "Both versions need labels of their own for each value, and one of them would have none for the new ones.",
        next: "Add the values in a change of their own, before.",
      });
    }
    return [{ before, after, operation }];
  });
}

/** A value of one enum as the value of another that stands at the same place. Null stays null. */
export function relabel(
  column: string,
  { from, to, type }: { from: EnumType; to: EnumType; type: string },
): Expression {
  const own = `${quoteIdentifier(column)}::text`;
  const cases = from.labels.flatMap((label, at) => {
    const other = to.labels[at];
    return other === undefined || other === label
      ? []
      : [`when ${quoteLiteral(label)} then ${quoteLiteral(other)}`];
  });
  return parseExpression(`(case ${own} ${cases.join(" ")} else ${own} end)::${type}`, column);
}
