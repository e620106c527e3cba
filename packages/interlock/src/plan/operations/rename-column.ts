import { shownName } from "../names.ts";
import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import { cannotPlan } from "../cannot-plan.ts";
import type { Remaking } from "../dependants/remake-dependants.ts";
import { remakeRenamed } from "../dependants/remade-with.ts";
import { ddl, relationKey, type Draft } from "../draft.ts";
import { differs } from "../differs.ts";
import { relationOf, stringAt } from "../tree.ts";
import type { ChangeModel, TableChange } from "../model.ts";
import type { RenameColumn } from "../operation.ts";
import { operationKind } from "../operation-kind.ts";
import { backfill } from "../steps/backfill.ts";
import { copyIndexes } from "../steps/copy-indexes.ts";

/**
 * Both names work until the old version is gone: a copy under the new name, kept equal both ways. In the end
 * the copy goes and the column itself is renamed, so everything that hangs on it stays as RENAME leaves it.
 */
export const renameColumn = operationKind<RenameColumn>({
  kind: "rename-column",
  title: "A column gets another name",
  fromStatement(name, fields) {
    if (name !== "RenameStmt" || fields["renameType"] !== "OBJECT_COLUMN") return undefined;
    if (fields["relationType"] !== "OBJECT_TABLE") return undefined;
    const [column, newName] = [stringAt(fields, "subname"), stringAt(fields, "newname")];
    if (column === undefined || newName === undefined) return undefined;
    return { kind: "rename-column", table: relationOf(fields["relation"]), column, newName };
  },
  draft(operation, { model }) {
    const change = model.tables.get(relationKey(operation.table));
    const renaming = change?.renamed.get(operation.newName);
    if (change === undefined || renaming === undefined || renaming.order !== operation.index) return [];
    const column = change.before.columns.find(({ name }) => name === renaming.from);
    if (
      column === undefined ||
      column.generated !== null ||
      change.before.columns.some(({ name }) => name === operation.newName)
    ) {
      throw cannotPlan(operation, {
        what: `${shownName(operation.table, operation.column)} can't have two names at once: it is generated, added in the same change, or its new name is taken.`,
        next: "Rename it in a change of its own.",
      });
    }
    const dependants = remakeRenamed(change, model);
    const [obstacle] = dependants.obstacles;
    if (obstacle !== undefined) {
      throw cannotPlan(operation, {
        what: `the ${obstacle.object} would stand on the copy of ${shownName(operation.table, operation.newName)}, and ${obstacle.why}.`,
        next: "Make it in a change after.",
      });
    }
    return renameDrafts(
      change,
      { from: column.name, to: operation.newName, order: operation.index, dependants },
      model,
    );
  },
});

function renameDrafts(
  change: TableChange,
  { from, to, order, dependants }: { from: string; to: string; order: number; dependants: Remaking },
  model: ChangeModel,
): Draft[] {
  const { relation, before } = change;
  const table = quoteQualified(relation.schema, relation.name);
  const [oldName, newName] = [quoteIdentifier(from), quoteIdentifier(to)];
  const column = before.columns.find(({ name }) => name === from);
  if (column === undefined) throw new Error(`no column ${from}`);
  const collation = column.collation === null ? "" : ` collate ${column.collation}`;
  const keepsDefault = column.default !== null && !column.defaultIsVolatile;
  const shown = `${shownName(relation, from)} as ${displayName(to)}`;
  const different = differs(newName, oldName, column.type);
  return [
    {
      phase: "expand",
      slot: "shape",
      order,
      merge: `columns ${relationKey(relation)}`,
      step: ddl({
        title: `add ${shown} too`,
        relations: [relation],
        statements: [
          `alter table ${table} add column ${newName} ${column.type}${collation}`,
          ...(keepsDefault
            ? [`alter table ${table} alter column ${newName} set default ${String(column.default)}`]
            : []),
        ],
        undo: [`alter table ${table} drop column ${newName}`],
      }),
    },
    backfill({
      change,
      set: [{ column: to, expression: oldName }],
      where: different,
      order,
      title: `fill ${shownName(relation, to)}`,
      undo: null,
      silent: true,
    }),
    {
      phase: "migrate",
      slot: "verify",
      order,
      step: {
        kind: "verify",
        title: `${shownName(relation, to)} equals ${displayName(from)} in every row`,
        relations: [relation],
        lock: "AccessShareLock",
        undo: null,
        relation,
        violation: different,
        message: `Rows differ in ${displayName(from)} and its copy ${displayName(to)}: something writes them past the sync's trigger. Find it, then resume.`,
      },
    },
    // Indexes on several renamed columns are copied once, with the first of them.
    ...(order === Math.min(...[...change.renamed.values()].map((each) => each.order))
      ? copyIndexes(
          change,
          {
            columns: new Map([...change.renamed].map(([name, each]) => [each.from, name])),
            purpose: "name",
            order,
          },
          model,
        )
      : []),
    {
      phase: "contract",
      slot: "final",
      order,
      merge: `final ${relationKey(relation)}`,
      step: ddl({
        title: `rename ${shownName(relation, from)} to ${displayName(to)}`,
        relations: [relation, ...dependants.relations],
        statements: [
          ...dependants.drop,
          `alter table ${table} drop column ${newName}`,
          `alter table ${table} rename column ${oldName} to ${newName}`,
          ...dependants.create,
        ],
        undo: null,
      }),
    },
  ];
}
