import { sameRelation } from "./draft.ts";
import { fields } from "./expression.ts";
import type { PassThrough } from "./operation.ts";
import type { Relation } from "./plan.ts";
import { listAt, relationOf, stringAt } from "./tree.ts";

/** The columns of a table that a statement which goes through as it is sets; none where it is no UPDATE of it. */
export function updatedColumns({ node }: PassThrough, table: Relation): string[] {
  const update = fields(fields(node)["UpdateStmt"]);
  if (!sameRelation(relationOf(update["relation"]), table)) return [];
  return listAt(update, "targetList").flatMap((target) => {
    const name = stringAt(fields(fields(target)["ResTarget"]), "name");
    return name === undefined ? [] : [name];
  });
}
