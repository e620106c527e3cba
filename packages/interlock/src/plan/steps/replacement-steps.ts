import type { Constraint } from "../../catalog/table.ts";
import { quoteIdentifier, quoteLiteral, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import { differs } from "../differs.ts";
import { printExpression } from "../expression.ts";
import type { Replacement, TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";
import { isWidening } from "../raising.ts";
import { referencedBy } from "../referenced-by.ts";
import { backfill } from "./backfill.ts";
import { copiedIndexName, copyIndexes } from "./copy-indexes.ts";
import { takeOverConstraints } from "./take-over-constraints.ts";

/** The steps of a type change that writes every row: a hidden column of the new type takes the old one's place. */
export function replacementDrafts(change: TableChange, replacement: Replacement): Draft[] {
  const { relation } = change;
  const { column, hidden, type, order, up } = replacement;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(hidden);
  const shown = shownName(relation, column);
  const after = change.after?.columns.find(({ name }) => name === column);
  if (after === undefined) throw new Error(`${column} is gone after the change`);
  const collation = after.collation === null ? "" : ` collate ${after.collation}`;
  const different = differs(own, `(${printExpression(up)})`, type);
  const before = change.before.columns.find(({ name }) => name === column)?.type ?? "";
  const verify = (phase: "migrate" | "contract"): Draft => ({
    phase,
    slot: "verify",
    order,
    step: {
      kind: "verify",
      title: `${shown} is the same in both types in every row`,
      relations: [relation],
      lock: "AccessShareLock",
      undo: null,
      relation,
      violation: different,
      message: `Rows of ${shown} can't be given as ${type}. Correct them, then resume.`,
    },
  });
  return [
    {
      phase: "expand",
      slot: "shape",
      order,
      merge: `columns ${relationKey(relation)}`,
      step: ddl({
        title: `add ${shown} as ${type}, hidden`,
        relations: [relation],
        statements: [`alter table ${table} add column ${own} ${type}${collation}`],
        undo: [`alter table ${table} drop column ${own}`],
      }),
    },
    backfill({
      change,
      set: [{ column: hidden, expression: printExpression(up) }],
      where: `${own} is null`,
      order,
      title: `fill ${shown} as ${type}`,
      undo: null,
    }),
    verify("migrate"),
    // A live write that the new type refuses is let through and left empty: count once more when the writers are gone.
    ...(isWidening(before, type) ? [] : [verify("contract")]),
    ...copyIndexes(change, { column, copy: hidden, order, all: true }),
    ...(after.notNull ? proveNotNull(change, replacement) : []),
    ...takeOverConstraints(change, replacement),
    swap(change, replacement),
  ];
}

function proofName(change: TableChange, { column }: Replacement): string {
  return quoteIdentifier(temporaryName("not_null", change.relation, column));
}

/** Nobody but the trigger writes the hidden column, so the proof can be had before the old version is gone. */
function proveNotNull(change: TableChange, replacement: Replacement): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const proof = proofName(change, replacement);
  const shown = `${shownName(relation, replacement.column)} as ${replacement.type}`;
  const relations = [relation];
  return [
    {
      phase: "contract",
      slot: "constraint",
      order: replacement.order,
      merge: `constraints ${relationKey(relation)}`,
      step: ddl({
        title: `${shown} is never null: check for new rows`,
        relations,
        statements: [
          `alter table ${table} add constraint ${proof} check (${quoteIdentifier(replacement.hidden)} is not null) not valid`,
        ],
        undo: [`alter table ${table} drop constraint if exists ${proof}`],
      }),
    },
    {
      phase: "contract",
      slot: "validate",
      order: replacement.order,
      step: {
        kind: "validate",
        title: `${shown} is never null: read every row once`,
        relations,
        lock: "ShareUpdateExclusiveLock",
        undo: null,
        statement: `alter table ${table} validate constraint ${proof}`,
      },
    },
  ];
}

/** Drops the old column and gives the hidden one its name, and all that hung on the old one. */
function swap(change: TableChange, replacement: Replacement): Draft {
  const { relation, before, after } = change;
  const { column, hidden, order } = replacement;
  const table = quoteQualified(relation.schema, relation.name);
  const [own, temporary] = [quoteIdentifier(column), quoteIdentifier(hidden)];
  const final = after?.columns.find(({ name }) => name === column);
  if (after === undefined || final === undefined) throw new Error(`${column} is gone after the change`);
  const notNull = after.constraints.find(({ kind, columns }) => kind === "not-null" && columns[0] === column);
  const kept = (constraint: Constraint): boolean =>
    after.constraints.some(({ name }) => name === constraint.name);
  const onColumn = before.constraints.filter(
    ({ columns, kind }) =>
      columns.includes(column) && kind !== "not-null" && kind !== "check" && kind !== "foreign",
  );
  const indexes = before.indexes.filter((index) => index.reads.includes(column));
  const statements = [
    // Before version 18 there is no constraint that says so.
    ...(final.notNull
      ? [
          `alter table ${table} alter column ${temporary} set not null`,
          `alter table ${table} drop constraint ${proofName(change, replacement)}`,
        ]
      : []),
    `alter table ${table} drop column ${own}`,
    `alter table ${table} rename column ${temporary} to ${own}`,
    ...(notNull === undefined
      ? []
      : [`alter table ${table} drop constraint if exists ${quoteIdentifier(notNull.name)}`].slice(1)),
    ...(final.default === null
      ? []
      : [`alter table ${table} alter column ${own} set default ${final.default}`]),
    ...(final.comment === null
      ? []
      : [`comment on column ${table}.${own} is ${quoteLiteral(final.comment)}`]),
    ...(final.statisticsTarget === null
      ? []
      : [`alter table ${table} alter column ${own} set statistics ${String(final.statisticsTarget)}`]),
    ...indexes.flatMap((index) =>
      after.indexes.some(({ name }) => name === index.name)
        ? [
            `alter index ${quoteQualified(relation.schema, copiedIndexName(change, index))} rename to ${quoteIdentifier(index.name)}`,
          ]
        : [`drop index ${quoteQualified(relation.schema, copiedIndexName(change, index))}`],
    ),
    ...onColumn
      .filter(kept)
      .map(
        (constraint) =>
          `alter table ${table} add constraint ${quoteIdentifier(constraint.name)} unique using index ${quoteIdentifier(constraint.name)}`,
      ),
    ...before.constraints
      .filter(
        ({ columns, kind, name }) =>
          columns.includes(column) &&
          (kind === "check" || kind === "foreign") &&
          after.constraints.some((each) => each.name === name),
      )
      .map(
        ({ name }) =>
          `alter table ${table} rename constraint ${quoteIdentifier(temporaryName("constraint", relation, name))} to ${quoteIdentifier(name)}`,
      ),
  ];
  return {
    phase: "contract",
    slot: "final",
    order,
    merge: `final ${relationKey(relation)}`,
    step: ddl({
      title: `${shownName(relation, column)} becomes ${replacement.type}`,
      relations: [relation, ...referencedBy(before, column)],
      statements: renameNotNull(statements, { change, replacement, constraint: notNull }),
      undo: null,
    }),
  };
}

/** PostgreSQL names the NOT NULL constraint after the hidden column: it gets the name the migration would leave. */
function renameNotNull(
  statements: string[],
  {
    change,
    replacement,
    constraint,
  }: { change: TableChange; replacement: Replacement; constraint: Constraint | undefined },
): string[] {
  if (constraint === undefined) return statements;
  const table = quoteQualified(change.relation.schema, change.relation.name);
  const temporary = temporaryName("nn", change.relation, replacement.column);
  const named = `alter table ${table} add constraint ${quoteIdentifier(temporary)} not null ${quoteIdentifier(replacement.hidden)}`;
  return [
    named,
    ...statements.slice(1),
    `alter table ${table} rename constraint ${quoteIdentifier(temporary)} to ${quoteIdentifier(constraint.name)}`,
  ];
}
