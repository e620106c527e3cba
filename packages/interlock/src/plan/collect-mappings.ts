import { shownName } from "./names.ts";
import { displayName } from "../sql/quote.ts";
import { Failure } from "../std/failure.ts";
import { relationKey } from "./draft.ts";
import {
  choose,
  columnsOf,
  fields,
  nothing,
  onlyColumn,
  parseExpression,
  replaceColumns,
} from "./expression.ts";
import type { Expression } from "./expression.ts";
import type { MappingComment } from "./mapping-comment.ts";
import type { Mapping, TableChange } from "./model.ts";
import type { Operation, UpdateRows } from "./operation.ts";

/** Mappings of one table, before they are put into groups. */
export interface TableMappings {
  up: Map<string, Mapping>;
  down: Map<string, Mapping>;
}

/**
 * What the migration's own UPDATEs and its comments say about how columns follow from each other, by table.
 * Several UPDATEs of one added column are composed in their order. An UPDATE that fills nulls of a column
 * which becomes mandatory is noted as a fill of its table.
 */
export function collectMappings(
  operations: readonly Operation[],
  tables: ReadonlyMap<string, TableChange>,
  comments: readonly MappingComment[],
): Map<string, TableMappings> {
  const all = new Map<string, TableMappings>();
  const of = (key: string): TableMappings => {
    const known = all.get(key) ?? { up: new Map(), down: new Map() };
    all.set(key, known);
    return known;
  };
  for (const operation of operations) {
    if (operation.kind !== "update-rows") continue;
    const change = tables.get(relationKey(operation.table));
    if (change !== undefined) readUpdate(operation, change, of(relationKey(operation.table)).up);
  }
  for (const comment of comments) readComment(comment, tables, of);
  return all;
}

function readUpdate(operation: UpdateRows, change: TableChange, up: Map<string, Mapping>): void {
  const table = change.relation.name;
  const source = `${operation.file}:${String(operation.line)}`;
  // All assignments of a statement see the row as it was before the statement.
  const known = new Map(up);
  const asOfNow = (expression: Expression): Expression =>
    replaceColumns(expression, {
      table,
      replace: (name) => known.get(name)?.expression ?? unset(name, change),
    });
  for (const { column, expression } of operation.assignments) {
    if (change.added.has(column)) {
      const value = asOfNow(expression);
      const before = known.get(column)?.expression ?? unset(column, change) ?? nothing;
      const whole = operation.where === undefined ? value : choose(asOfNow(operation.where), value, before);
      up.set(column, { column, expression: whole, source });
    } else if (fillsNulls(operation, column, change)) {
      change.fills.push({ column, expression, source });
    }
  }
}

/** The value that an added column has before any UPDATE: its default, or null. Undefined for any other column. */
function unset(name: string, change: TableChange): Expression | undefined {
  const added = change.added.get(name);
  if (added === undefined || added.column.generated !== null) return undefined;
  return added.column.default === null ? nothing : parseExpression(added.column.default, name);
}

/** `set c = x where c is null`, or `set c = coalesce(c, x)`, of a column that the change makes mandatory. */
export function fillsNulls(operation: UpdateRows, column: string, change: TableChange): boolean {
  const now = [...change.renamed].find(([, { from }]) => from === column)?.[0] ?? column;
  const after = change.after?.columns.find(({ name }) => name === now);
  const before = change.before.columns.find(({ name }) => name === column);
  if (after?.notNull !== true || before?.notNull !== false) return false;
  const table = change.relation.name;
  const test = fields(fields(operation.where)["NullTest"]);
  if (test["nulltesttype"] === "IS_NULL") {
    return onlyColumn(test["arg"] as Expression, { table }) === column;
  }
  const value = operation.assignments.find((assignment) => assignment.column === column)?.expression;
  const parts = fields(fields(value)["CoalesceExpr"])["args"];
  return (
    operation.where === undefined &&
    Array.isArray(parts) &&
    onlyColumn(parts[0] as Expression, { table }) === column
  );
}

function readComment(
  comment: MappingComment,
  tables: ReadonlyMap<string, TableChange>,
  of: (key: string) => TableMappings,
): void {
  const { direction, table, column, expression, source } = comment;
  const change = tables.get(relationKey(table));
  if (change === undefined)
    throw unknown(comment, `there is no table ${displayName(table.schema, table.name)}`);
  const before = new Set(change.before.columns.map(({ name }) => name));
  const known = direction === "down" ? before : new Set([...before, ...change.added.keys()]);
  if (!known.has(column)) {
    throw unknown(comment, `${shownName(table)} has no column ${displayName(column)}`);
  }
  const readable = new Set([...before, ...change.added.keys(), ...change.renamed.keys()]);
  for (const name of columnsOf(expression, { table: table.name })) {
    if (!readable.has(name) && !JSON.stringify(expression).includes('"SubLink"')) {
      throw unknown(comment, `${shownName(table)} has no column ${displayName(name)}`);
    }
  }
  const mapping = { column, expression, source };
  if (direction === "up" && !change.added.has(column)) change.fills.push(mapping);
  else of(relationKey(table))[direction].set(column, mapping);
}

function unknown({ source, direction, table, column }: MappingComment, why: string): Failure {
  return new Failure({
    code: "mapping-not-valid",
    message: `${source}: the mapping "${direction} ${shownName(table, column)}" does not fit the change: ${why}.`,
    state: "Nothing was run and nothing was changed.",
    next:
      direction === "down"
        ? "A down mapping names a column of the schema before the change, and may read the columns of both shapes."
        : "An up mapping names a column that the change adds, or one that it makes mandatory.",
  });
}
