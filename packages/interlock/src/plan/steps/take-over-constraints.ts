import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, sameRelation, type Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { commentOnConstraint } from "./constraint-sql.ts";
import type { TakenOver } from "./taken-over.ts";

/** Makes the copies of CHECKs and foreign keys, and proves them, before the columns are exchanged. */
export function copyConstraints(taken: readonly TakenOver[], order: number): Draft[] {
  return taken.flatMap(({ owner, constraint, temporary, definition }): Draft[] => {
    const table = tableName(owner);
    const relations = lockedBy({ owner, constraint });
    const title = `${shownName(owner.relation)}: ${displayName(constraint.name)} on the column of the new type`;
    const foreign = constraint.kind === "foreign";
    const unproved = / NOT (VALID|ENFORCED)$/.test(constraint.definition);
    const make: Draft = {
      phase: "contract",
      slot: "constraint",
      order,
      ...(foreign ? {} : { merge: `constraints ${relationKey(owner.relation)}` }),
      step: ddl({
        title,
        relations,
        lock: foreign ? "ShareRowExclusiveLock" : "AccessExclusiveLock",
        statements: [
          `alter table ${table} add constraint ${temporary} ${definition}${definition.endsWith(" NOT ENFORCED") ? "" : " not valid"}`,
        ],
        undo: [`alter table ${table} drop constraint if exists ${temporary}`],
      }),
    };
    if (unproved) return [make];
    return [
      make,
      {
        phase: "contract",
        slot: "validate",
        order,
        step: {
          kind: "validate",
          title: `${title}: read every row once`,
          relations,
          lock: "ShareUpdateExclusiveLock",
          undo: null,
          statement: `alter table ${table} validate constraint ${temporary}`,
        },
      },
    ];
  });
}

/** Statements that take the originals away, before the columns that they are on. */
export function dropOriginals(taken: readonly TakenOver[]): string[] {
  return taken.map(
    ({ owner, constraint }) =>
      `alter table ${tableName(owner)} drop constraint ${quoteIdentifier(constraint.name)}`,
  );
}

/** Statements that give the copies their names and comments. */
export function nameCopies(taken: readonly TakenOver[]): string[] {
  return taken.flatMap(({ owner, constraint, temporary }) => {
    const own = quoteIdentifier(constraint.name);
    const kept = owner.after?.constraints.find(({ name }) => name === constraint.name);
    return [
      `alter table ${tableName(owner)} rename constraint ${temporary} to ${own}`,
      ...(kept === undefined ? [] : commentOnConstraint(owner.relation, kept)),
    ];
  });
}

/** The tables that making or exchanging a constraint locks. */
export function lockedBy({ owner, constraint }: Pick<TakenOver, "owner" | "constraint">): Relation[] {
  const { referenced } = constraint;
  return referenced === null || sameRelation(referenced, owner.relation)
    ? [owner.relation]
    : [owner.relation, { schema: referenced.schema, name: referenced.name }];
}

function tableName({ relation }: TableChange): string {
  return quoteQualified(relation.schema, relation.name);
}
