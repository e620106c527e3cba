import { child, isTree, list, names, text } from "../../sql/tree.ts";
import type { Table } from "../rows/read-tables.ts";

/** The tables that a statement names, by the name under which its columns are qualified. */
export interface Relations {
  byAlias: ReadonlyMap<string, Table>;
  all: readonly Table[];
}

export function relationsOf(node: unknown, tables: readonly Table[]): Relations {
  const byAlias = new Map<string, Table>();
  const all: Table[] = [];
  const add = (range: unknown): void => {
    const table = tableOf(range, tables);
    if (table === undefined) return;
    all.push(table);
    byAlias.set(text(child(range, "alias"), "aliasname") ?? table.name, table);
  };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const item of value) walk(item);
    if (!isTree(value)) return;
    if ("relname" in value) add(value);
    for (const member of Object.values(value)) walk(member);
  };
  walk(node);
  return { byAlias, all };
}

/** The table behind a RangeVar. */
export function tableOf(range: unknown, tables: readonly Table[]): Table | undefined {
  const schema = text(range, "schemaname");
  const name = text(range, "relname");
  const named = tables.filter((table) => table.name === name);
  if (schema !== undefined) return named.find((table) => table.schema === schema);
  return named.find((table) => table.schema === "public") ?? named[0];
}

export interface ColumnPlace {
  table: Table;
  column: string;
}

/** The column that a ColumnRef names, as far as the names alone tell. */
export function columnPlace(reference: unknown, relations: Relations): ColumnPlace | undefined {
  const parts = names(list(reference, "fields"));
  const column = parts.at(-1);
  if (column === undefined) return undefined;
  const qualifier = parts.at(-2);
  const qualified = qualifier === undefined ? undefined : relations.byAlias.get(qualifier);
  const candidates = qualified === undefined ? relations.all : [qualified];
  const table = candidates.find(({ columns }) => columns.some(({ name }) => name === column));
  return table === undefined ? undefined : { table, column };
}
