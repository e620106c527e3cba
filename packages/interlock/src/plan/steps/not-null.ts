import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import type { TableChange } from "../model.ts";
import { shownName, temporaryName } from "../names.ts";

export interface NotNull {
  change: TableChange;
  /** Its name until the final step. */
  column: string;
  order: number;
  /** Of a column that the change renames: its new name, and the operation before which it still has the old one. */
  renaming?: { to: string; order: number };
}

/**
 * Makes a column mandatory once the old version is gone: a CHECK that reads nothing, its validation, and then
 * SET NOT NULL, which takes the check as proof instead of reading the table under its lock.
 */
export function notNullSteps({ change, column, order, renaming }: NotNull): Draft[] {
  const { relation } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const own = quoteIdentifier(column);
  const proof = quoteIdentifier(temporaryName("not_null", relation, column));
  const shown = shownName(relation, column);
  const relations = [relation];
  const verify: Draft = {
    phase: "migrate",
    slot: "verify",
    order,
    step: {
      kind: "verify",
      title: `${shown} is never null`,
      relations,
      lock: "AccessShareLock",
      undo: null,
      relation,
      violation: `${own} is null`,
      message: `Rows without ${shown} are left, which becomes mandatory. Fill them, or see why the mapping gives them no value, then resume.`,
    },
  };
  return [
    // What is still to be updated can't be counted yet; the validation will.
    ...(change.updatedLate.has(column) ? [] : [verify]),
    {
      phase: "contract",
      slot: "constraint",
      order,
      merge: `constraints ${relationKey(relation)}`,
      step: ddl({
        title: `${shown} is never null: check for new rows`,
        relations,
        statements: [`alter table ${table} add constraint ${proof} check (${own} is not null) not valid`],
        undo: [`alter table ${table} drop constraint if exists ${proof}`],
      }),
    },
    {
      phase: "contract",
      slot: "validate",
      order,
      step: {
        kind: "validate",
        title: `${shown} is never null: read every row once`,
        relations,
        lock: "ShareUpdateExclusiveLock",
        undo: null,
        statement: `alter table ${table} validate constraint ${proof}`,
      },
    },
    {
      phase: "contract",
      slot: "final",
      order: renaming === undefined ? order : renaming.order - 0.1,
      merge: `final ${relationKey(relation)}`,
      step: ddl({
        title: `${shown} not null`,
        relations,
        statements: [
          ...setNotNull(change, { table, column, finalName: renaming?.to ?? column }),
          `alter table ${table} drop constraint ${proof}`,
        ],
        undo: [`alter table ${table} alter column ${own} drop not null`],
      }),
    },
  ];
}

/** SET NOT NULL under the constraint name that the migration itself would leave. */
function setNotNull(
  change: TableChange,
  { table, column, finalName }: { table: string; column: string; finalName: string },
): string[] {
  const constraint = change.after?.constraints.find(
    ({ kind, columns }) => kind === "not-null" && columns.length === 1 && columns[0] === finalName,
  );
  if (constraint === undefined)
    return [`alter table ${table} alter column ${quoteIdentifier(column)} set not null`];
  return [
    `alter table ${table} add constraint ${quoteIdentifier(constraint.name)} not null ${quoteIdentifier(column)}`,
  ];
}
