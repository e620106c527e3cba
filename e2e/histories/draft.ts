import type { Baseline } from "./baseline.ts";
import { rowId, type Column, type Link, type Table } from "./shape.ts";

/** A migration in the making. */
export interface Draft {
  sql: string[];
  baseline: Baseline;
  tables: Map<string, Table>;
  links: Link[];
  /** Columns that an operation is about already, as `table.column`. */
  taken: Set<string>;
  operations: string[];
}

/** One operation that is to find its place in it. */
export interface Task {
  index: number;
  table: string;
  column: number;
  variant: number;
}

/** Answers whether it fitted. */
export type Operation = (draft: Draft, task: Task) => boolean;

export const plain = { default: undefined, isVolatile: false, isUnique: false, isLate: false } as const;

/** A column that no other operation is about, which is then taken. */
export function pick(draft: Draft, task: Task, fits: (column: Column) => boolean): Column | undefined {
  const before = draft.baseline.tables.find(({ name }) => name === task.table);
  const free = (before?.columns ?? []).filter(
    (column) => column.name !== rowId && isFree(draft, task.table, [column.name]) && fits(column),
  );
  const column = free[task.column % free.length];
  if (column !== undefined) draft.taken.add(`${task.table}.${column.name}`);
  return column;
}

export function isFree({ taken }: Draft, table: string, columns: readonly string[]): boolean {
  return columns.every((column) => !taken.has(`${table}.${column}`));
}

export function isKey({ tables }: Draft, { table }: Task, column: string): boolean {
  return tables.get(table)?.key.includes(column) === true;
}

export function addColumn(draft: Draft, table: string, column: Column): void {
  const known = draft.tables.get(table);
  if (known !== undefined) draft.tables.set(table, { ...known, columns: [...known.columns, column] });
}

export function addUnique(draft: Draft, table: string, columns: readonly string[]): void {
  const known = draft.tables.get(table);
  if (known !== undefined) draft.tables.set(table, { ...known, unique: [...known.unique, columns] });
}

/** Also where keys and unique lists name it: they go with it, or follow its new name. */
export function replaceColumn(draft: Draft, table: string, from: string, to: readonly Column[]): void {
  const known = draft.tables.get(table);
  if (known === undefined) return;
  const [first] = to;
  const follows = first !== undefined && (first.name === from || first.name === `${from}_now`);
  const rename = (names: readonly string[]): string[] =>
    names.map((name) => (name === from && first !== undefined ? first.name : name));
  const lists = known.unique.filter((names) => follows || !names.includes(from));
  draft.tables.set(table, {
    ...known,
    key: rename(known.key),
    unique: lists.map(rename),
    columns: known.columns.flatMap((column) => (column.name === from ? to : [column])),
  });
}

export function link(draft: Draft, table: string, { up, down }: Pick<Link, "up" | "down">): void {
  draft.links.push({ table, up, down, readsOld: Object.keys(down), readsNew: Object.keys(up) });
}

/** A new column that follows an old one, and that nothing is read back from. */
export function linkUp(
  draft: Draft,
  table: string,
  { name, up, from }: { name: string; up: string; from: string },
): void {
  draft.links.push({ table, up: { [name]: up }, down: {}, readsOld: [from], readsNew: [name] });
}
