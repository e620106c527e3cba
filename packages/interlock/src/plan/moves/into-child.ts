import { relationKey } from "../draft.ts";
import { fields, onlyColumn } from "../expression.ts";
import type { PassThrough } from "../operation.ts";
import { listAt, relationOf, stringAt } from "../tree.ts";
import { childKeys, givenBy, type MoveInput } from "./move-input.ts";
import type { Move } from "./move.ts";
import { isPlain, overTable } from "./over-table.ts";
import { readSimpleSelect } from "./simple-select.ts";

/** `insert into child (…) select … from parent`, where the change makes the child and keeps the parent. */
export function intoChild(operation: PassThrough, { tables, after }: MoveInput): Move | undefined {
  const insert = fields(fields(operation.node)["InsertStmt"]);
  const select = readSimpleSelect(insert["selectStmt"]);
  if (select === undefined || insert["onConflictClause"] !== undefined || insert["withClause"] !== undefined)
    return undefined;
  const child = relationOf(insert["relation"]);
  const table = after.get(relationKey(child));
  const parent = tables.get(relationKey(select.from));
  if (table === undefined || tables.has(relationKey(child)) || parent?.after === undefined) return undefined;
  if (parent.dropped.size === 0 || parent.before.primaryKey.length === 0) return undefined;
  const names = listAt(insert, "cols").map((col) => stringAt(fields(fields(col)["ResTarget"]), "name") ?? "");
  const targets = names.length > 0 ? names : table.columns.map(({ name }) => name);
  const alias = { alias: select.alias, table: parent.relation.name };
  const toChild = select.items.flatMap((item, at) => {
    const column = table.columns.find(({ name }) => name === targets[at]);
    return column === undefined ? [] : [givenBy(column, overTable(item, alias))];
  });
  const key = parent.before.primaryKey.flatMap((name) => {
    const repeated = toChild.find(
      ({ expression }) => onlyColumn(expression, alias) === name && isPlain(expression),
    );
    return repeated === undefined ? [] : [{ parent: name, child: repeated.column, type: repeated.type }];
  });
  if (toChild.length !== select.items.length || key.length !== parent.before.primaryKey.length)
    return undefined;
  return {
    parent: parent.relation,
    child,
    old: "parent",
    key,
    toChild,
    toParent: [],
    present: select.where === undefined ? undefined : overTable(select.where, alias),
    among: undefined,
    ...childKeys(table, key),
    parentKey: parent.before.primaryKey,
    overriding: insert["override"] === "OVERRIDING_SYSTEM_VALUE",
    order: operation.index,
    source: `${operation.file}:${String(operation.line)}`,
  };
}
