import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { printExpression } from "../expression.ts";
import { itemsOf } from "../moves/over-table.ts";
import { anyDiffers } from "../moves/row-of.ts";
import { shownName } from "../names.ts";
import type { VerifyStep } from "../plan.ts";
import type { Rebuild } from "./rebuild.ts";

/** That both tables have the same rows. */
export function rebuildVerifications(rebuild: Rebuild): Omit<VerifyStep, "id">[] {
  const { relation, staging, key, values, present } = rebuild;
  const old = quoteQualified(relation.schema, relation.name);
  const made = quoteQualified(staging, relation.name);
  const shown = shownName(relation);
  const others = values.filter(({ column }) => !key.some((pair) => pair.new === column));
  const equal = [
    ...key.map(
      (pair) => `interlock_made.${quoteIdentifier(pair.new)} = interlock_given.${quoteIdentifier(pair.new)}`,
    ),
    ...(others.length === 0
      ? []
      : [`not (${anyDiffers(others, { left: "interlock_made", right: "interlock_given" })})`]),
  ];
  const back = key.map(
    (pair) =>
      `interlock_old.${quoteIdentifier(pair.old)} = ${quoteIdentifier(relation.name)}.${quoteIdentifier(pair.new)}`,
  );
  const common: Omit<VerifyStep, "id" | "title" | "relation" | "violation"> = {
    kind: "verify",
    relations: [relation],
    lock: "AccessShareLock",
    undo: null,
    message: `${shown} and the new table differ for these rows: the new one has no place for them, or something writes past the sync's trigger. Correct them, then resume.`,
  };
  return [
    {
      ...common,
      title: `every row of ${shown} is in the new table`,
      relation,
      violation: `${present === undefined ? "" : `(${printExpression(present)}) and `}not exists (select from (select ${itemsOf(values)}) as interlock_given join ${made} as interlock_made on ${equal.join(" and ")})`,
    },
    {
      ...common,
      title: `the new ${shown} has no other rows`,
      relation: { schema: staging, name: relation.name },
      violation: `not exists (select from ${old} as interlock_old where ${back.join(" and ")})`,
    },
  ];
}
