import type { Constraint } from "../../catalog/table.ts";
import { quoteIdentifier } from "../../sql/quote.ts";
import { relationKey, sameRelation } from "../draft.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { temporaryName } from "../names.ts";
import { renameInConstraint } from "../rename-in-tree.ts";

/** A CHECK or a foreign key that is made once more, on the columns that take the place of others. */
export interface TakenOver {
  /** The table that it is on. */
  owner: TableChange;
  constraint: Constraint;
  /** Quoted: the name that the copy has until the original goes. */
  temporary: string;
  /** The copy, without NOT VALID. */
  definition: string;
}

/** The columns that take the place of others, by the names of those. */
export function hiddenColumns({ replacements }: TableChange): ReadonlyMap<string, string> {
  return new Map(replacements.map(({ column, hidden }) => [column, hidden]));
}

/**
 * The CHECKs and foreign keys that a table's own final step exchanges: its own, and those of other tables that
 * point to a column which it replaces. A foreign key between two such tables belongs to the one that comes first.
 */
export function takenOver(change: TableChange, model: ChangeModel): TakenOver[] {
  return [...model.tables.values()].flatMap((owner) =>
    owner.before.constraints.flatMap((constraint): TakenOver[] => {
      if (constraint.kind !== "check" && constraint.kind !== "foreign") return [];
      // One that is the same after the change. What the change makes otherwise has steps of its own.
      if (
        constraint.inherited ||
        owner.after?.constraints.some(({ name }) => name === constraint.name) !== true
      )
        return [];
      const target = constraint.referenced;
      const referenced = target === null ? undefined : model.tables.get(relationKey(target));
      const here = constraint.columns.some((name) => hiddenColumns(owner).has(name)) ? [owner] : [];
      const there =
        referenced !== undefined &&
        target?.columns.some((name) => hiddenColumns(referenced).has(name)) === true
          ? [referenced]
          : [];
      const [first] = [...here, ...there].toSorted((left, right) => finalOrder(left) - finalOrder(right));
      if (first === undefined || !sameRelation(first.relation, change.relation)) return [];
      return [
        {
          owner,
          constraint,
          temporary: quoteIdentifier(temporaryName("constraint", owner.relation, constraint.name)),
          definition: renameInConstraint(constraint.definition, {
            columns: hiddenColumns(owner),
            ...(referenced === undefined ? {} : { referenced: hiddenColumns(referenced) }),
          }),
        },
      ];
    }),
  );
}

/** Whether a constraint of before the change goes over to hidden columns, under its name, whether it is dropped on the way or not. */
export function goesOver(name: string, owner: TableChange, model: Pick<ChangeModel, "tables">): boolean {
  const before = owner.before.constraints.find((each) => each.name === name);
  const after = owner.after?.constraints.find((each) => each.name === name);
  if (before === undefined || after?.kind !== before.kind || before.definition !== after.definition)
    return false;
  const { referenced, columns } = before;
  const target = referenced === null ? undefined : model.tables.get(relationKey(referenced));
  return (
    columns.some((column) => hiddenColumns(owner).has(column)) ||
    (target !== undefined && referenced?.columns.some((column) => hiddenColumns(target).has(column)) === true)
  );
}

/** Where a table's columns are exchanged, all of them together. */
export function finalOrder({ replacements }: TableChange): number {
  return Math.min(...replacements.map(({ order }) => order), Number.MAX_SAFE_INTEGER);
}
