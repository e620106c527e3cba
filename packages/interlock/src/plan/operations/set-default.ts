import { shownName } from "../names.ts";
import { quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { ddl, relationKey } from "../draft.ts";
import { Failure } from "../../std/failure.ts";
import { columnKey } from "../workload-use.ts";
import { stringAt } from "../tree.ts";
import type { SetDefault } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { printCommand } from "../print-command.ts";

/**
 * A default where there was none is set at once. One that changes goes to whichever version relies on it; when
 * both leave the column out, no moment is right for both.
 */
export const setDefault = operationKind<SetDefault>({
  kind: "set-default",
  title: "A default is set or changes",
  fromCommand(subtype, command) {
    const column = stringAt(command, "name");
    if (subtype !== "AT_ColumnDefault" || column === undefined || command["def"] === undefined)
      return undefined;
    return { kind: "set-default", column };
  },
  draft(operation, { model, placement }) {
    const { table, column } = operation;
    const change = model.tables.get(relationKey(table));
    if (
      change?.added.has(column) === true ||
      change?.replacements.some((each) => each.column === column) === true
    )
      return [];
    const before = change?.before.columns.find(({ name }) => name === column)?.default ?? null;
    const key = columnKey(table, column);
    const byOld = model.leftToDefault.old.has(key);
    const byNew = model.leftToDefault.new.has(key);
    if (before !== null && byOld && byNew && placement === undefined) throw ambiguous(operation, before);
    const early = placement === undefined ? before === null || !byOld : placement === "early";
    if (early && byOld) {
      model.notes.push(
        `From expand on ${shownName(table, column)} has its default where the old version leaves it out as well, as if the migration had gone first.`,
      );
    }
    const own = `alter table ${quoteQualified(table.schema, table.name)} alter column ${quoteIdentifier(column)}`;
    return [
      {
        phase: early ? "expand" : "contract",
        slot: early ? "shape" : "final",
        order: operation.index,
        step: ddl({
          title: `default of ${shownName(table, column)}`,
          relations: [table],
          statements: [printCommand(operation)],
          undo: [before === null ? `${own} drop default` : `${own} set default ${before}`],
        }),
      },
    ];
  },
});

function ambiguous(operation: SetDefault, before: string): Failure {
  const shown = shownName(operation.table, operation.column);
  return new Failure({
    code: "ambiguous-default",
    message: `${operation.file}:${String(operation.line)}: the default of ${shown} changes from ${before}, and both versions leave ${shown} to its default.`,
    why: "While both are live, one of them would get the other's default.",
    state: "Nothing was changed.",
    next: `Let the new version send ${shown} itself; then the default can change once the old version is gone.`,
  });
}
