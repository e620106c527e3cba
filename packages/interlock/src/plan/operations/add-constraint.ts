import { relationKey } from "../draft.ts";
import { fields } from "../expression.ts";
import { stringAt } from "../tree.ts";
import type { AddConstraint } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { lateConstraints } from "../steps/constraints.ts";

/** CHECK, foreign key, unique, primary key: none may refuse what the old version writes, so all come late. */
export const addConstraint = operationKind<AddConstraint>({
  kind: "add-constraint",
  title: "A CHECK, a foreign key or a key is added",
  fromCommand(subtype, command) {
    if (subtype !== "AT_AddConstraint") return undefined;
    const constraint = fields(fields(command["def"])["Constraint"]);
    if (constraint["contype"] === "CONSTR_NOTNULL") return undefined;
    const usingIndex = stringAt(constraint, "indexname");
    const name = stringAt(constraint, "conname") ?? usingIndex;
    return { kind: "add-constraint", name, ...(usingIndex === undefined ? {} : { usingIndex }) };
  },
  draft(operation, { model, placement }) {
    const change = model.tables.get(relationKey(operation.table));
    return change === undefined ? [] : lateConstraints(operation, change, model, placement);
  },
});
