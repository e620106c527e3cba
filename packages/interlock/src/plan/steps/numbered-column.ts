import type { Column } from "../../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import { fields } from "../expression.ts";
import { becomeIdentity, sequenceOptions } from "../identity.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import type { Relation } from "../plan.ts";
import { relationOf } from "../tree.ts";

/** What gives numbers to a column that is added, until the final step. */
export interface Numbering {
  /** Quoted and qualified. */
  sequence: string;
  create: string;
  /** The default that takes numbers from it. */
  default: string;
  /** An identity's own sequence can't be there before the column is one: until then another one counts. */
  isIdentity: boolean;
}

/** Of a serial or an identity. Undefined for a column whose sequence the migration makes by itself, or that has none. */
export function numberingOf(
  { relation }: TableChange,
  column: Column,
  { operations }: Pick<ChangeModel, "operations">,
): Numbering | undefined {
  const [owned] = column.ownedSequences;
  if (owned === undefined) return undefined;
  const isIdentity = column.identity !== null;
  const byItself = operations.some((each) => {
    const made =
      each.kind === "pass-through" ? fields(fields(each.node)["CreateSeqStmt"])["sequence"] : undefined;
    const { schema, name } = relationOf(made);
    return made !== undefined && schema === owned.schema && name === owned.name;
  });
  if (byItself) return undefined;
  const sequence = isIdentity
    ? quoteQualified(owned.schema, temporaryName("sequence", relation, column.name))
    : quoteQualified(owned.schema, owned.name);
  return {
    sequence,
    create: `create sequence ${sequence} as ${owned.type} ${sequenceOptions(owned)}`,
    default: isIdentity ? `nextval(${quoteLiteral(sequence)}::regclass)` : (column.default ?? "null"),
    isIdentity,
  };
}

/** The step in which an added column becomes an identity and counts on from where its sequence is. */
export function identityDraft(
  change: TableChange,
  column: Column,
  numbering: Numbering,
  order: number,
): Draft {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  return {
    phase: "contract",
    slot: "final",
    order: order + 0.2,
    merge: `final ${relationKey(relation)}`,
    step: ddl({
      title: `${shownName(relation, column.name)} is an identity`,
      relations: [relation],
      statements: [
        `alter table ${table} alter column ${quoteIdentifier(column.name)} drop default`,
        ...becomeIdentity({ table, column: column.name, after: column, from: numbering.sequence }),
        `drop sequence ${numbering.sequence}`,
      ],
      undo: null,
    }),
  };
}

/**
 * Columns that the change has numbered by a sequence, or by another one, each as JSON of its table and itself: which
 * row has which number is up to the moment.
 */
export function numberedColumns({
  tables,
  operations,
}: Pick<ChangeModel, "tables" | "operations">): ReadonlySet<string> {
  const added = [...tables.values()].flatMap((change) =>
    [...change.added.values()].flatMap(({ column }) =>
      column.identity !== null || column.default?.startsWith("nextval(") === true
        ? [columnName(change.relation, column.name)]
        : [],
    ),
  );
  const changed = operations.flatMap((each) =>
    each.kind === "change-identity" ? [columnName(each.table, each.column)] : [],
  );
  return new Set([...added, ...changed]);
}

function columnName({ schema, name }: Relation, column: string): string {
  return JSON.stringify([`${schema}.${name}`, column]);
}
