import type { Row } from "./contents.ts";
import type { Types } from "./read-types.ts";
import type { Column, ForeignKey, Table } from "./read-tables.ts";
import { typeValue } from "./type-value.ts";
import type { Value, ValueSet } from "./valid-values.ts";

/** What is known of a table when a row for it is thought out. */
export interface TableFacts {
  table: Table;
  types: Types;
  /** Of every table, by oid. */
  rows: ReadonlyMap<number, readonly Row[]>;
  valueSets: readonly ValueSet[];
  /** See RowStyle. */
  isNumeric: boolean;
}

export interface RowChoice {
  /** Which row of the tables it refers to; -1 is the last one. */
  parent: number;
  /** Foreign keys that are independent of each other take rows this far apart. */
  parentStride: number;
  /** Makes values differ from those of other rows. */
  seed: number;
  /** Leave columns with a constant default to PostgreSQL. */
  useDefaults: boolean;
  /** Leave out what may be null, as far as it refers to nothing: a row to which nothing has happened yet. */
  isSparse?: boolean;
  /** Leave out references that may be null. */
  withoutOptionalParents?: boolean;
}

/**
 * Values for a new row, by column; columns that PostgreSQL fills itself are left out. Undefined where a row
 * is needed in another table that has none.
 */
export function newRow(facts: TableFacts, choice: RowChoice): Map<string, Value> | undefined {
  const values = new Map<string, Value>();
  if (!takeParents(facts, choice, values)) return undefined;
  const { table } = facts;
  for (const { columns, entries: all } of facts.valueSets) {
    const entries = unused({ columns, entries: all }, facts);
    const entry = entryThatFits(
      { columns, entries },
      { values, seed: choice.seed, isSparse: choice.isSparse === true },
    );
    columns.forEach((name, index) => {
      if (!values.has(name)) values.set(name, entry?.[index] ?? null);
    });
  }
  for (const column of table.columns) {
    if (column.isGiven) values.delete(column.name);
    else if (choice.isSparse === true && !column.notNull && !values.has(column.name)) {
      values.set(column.name, null);
    } else if (!values.has(column.name) && !(choice.useDefaults && hasConstantDefault(column, table))) {
      values.set(column.name, freshValue(column, { ...facts, seed: choice.seed }));
    }
  }
  selfReferences(table, values);
  return values;
}

/** A value of the column's type that no other seed gives, where the type has that many. */
export function freshValue(
  column: Column,
  { table, types, isNumeric, seed }: Pick<TableFacts, "table" | "types" | "isNumeric"> & { seed: number },
): Value {
  const label = `${table.name}.${column.name}`;
  return typeValue(types, { typeOid: column.typeOid, declared: column.type, seed, label, isNumeric }) ?? null;
}

/** Without the entries that would repeat a value of a column that is unique by itself; all where none is left. */
function unused({ columns, entries }: ValueSet, { table, rows }: TableFacts): ValueSet["entries"] {
  const taken = columns.map((name) =>
    table.uniques.some((unique) => unique.length === 1 && unique[0] === name)
      ? new Set((rows.get(table.oid) ?? []).map((row) => row.get(name) ?? null))
      : undefined,
  );
  const left = entries.filter((entry) =>
    entry.every((value, index) => value === null || taken[index]?.has(value) !== true),
  );
  return left.length > 0 ? left : entries;
}

/** The entry that agrees with what is chosen already; different seeds take different ones. */
function entryThatFits(
  { columns, entries }: ValueSet,
  { values, seed, isSparse }: { values: ReadonlyMap<string, Value>; seed: number; isSparse: boolean },
): readonly Value[] | undefined {
  const fitting = entries.filter((entry) =>
    columns.every((name, index) => !values.has(name) || values.get(name) === (entry[index] ?? null)),
  );
  const wanted = isSparse ? fitting.at(-1) : fitting[0];
  const best = fitting.filter((entry) => wanted !== undefined && nullsIn(entry) === nullsIn(wanted));
  const pool = best.length >= 4 || (isSparse && best.length > 0) ? best : fitting;
  return pool[seed % Math.max(1, pool.length)] ?? entries[seed % Math.max(1, entries.length)];
}

function nullsIn(entry: readonly Value[]): number {
  return entry.filter((value) => value === null).length;
}

function hasConstantDefault({ defaultExpression, name }: Column, table: Table): boolean {
  return (
    defaultExpression !== null &&
    !defaultExpression.includes("(") &&
    !table.uniques.some((columns) => columns.length === 1 && columns[0] === name)
  );
}

/** Foreign keys with more columns first: the others then mostly agree with them. */
function takeParents(
  { table, rows, valueSets }: TableFacts,
  choice: RowChoice,
  values: Map<string, Value>,
): boolean {
  // Conditions that bind a reference choose it too: "exactly one of these is not null".
  const bound = new Set(valueSets.flatMap(({ columns }) => columns));
  const keys = table.foreignKeys.toSorted((left, right) => right.columns.length - left.columns.length);
  let independent = 0;
  for (const key of keys) {
    if (key.columns.every((name) => values.has(name))) continue;
    const isBound = key.columns.length === 1 && key.columns.every((name) => bound.has(name));
    if (isBound && key.references !== table.oid) continue;
    const parents = rows.get(key.references) ?? [];
    const optional = !key.columns.every((name) => isNotNull(table, name));
    const own = key.references === table.oid;
    const skip = optional && (choice.withoutOptionalParents === true || (own && choice.parent % 2 === 0));
    const fitting = skip ? [] : parents.filter((row) => agrees(row, key, values));
    const parent = fitting.at(
      (choice.parent + independent * choice.parentStride) % Math.max(1, fitting.length),
    );
    independent += 1;
    if (parent === undefined && !optional && !own) return false;
    if (parent === undefined && !optional) continue;
    key.columns.forEach((name, index) => {
      if (values.has(name)) return;
      const value = parent?.get(key.referencedColumns[index] ?? "") ?? null;
      if (value !== null || !isNotNull(table, name)) values.set(name, value);
    });
  }
  return true;
}

function agrees(row: Row, key: ForeignKey, values: ReadonlyMap<string, Value>): boolean {
  return key.columns.every((name, index) => {
    const value = row.get(key.referencedColumns[index] ?? "") ?? null;
    return value !== null && (!values.has(name) || values.get(name) === value);
  });
}

/** The first row of a table that must refer to itself refers to itself. */
function selfReferences(table: Table, values: Map<string, Value>): void {
  for (const { references, columns, referencedColumns } of table.foreignKeys) {
    if (references !== table.oid) continue;
    columns.forEach((name, index) => {
      const target = values.get(referencedColumns[index] ?? "");
      const fresh = target !== undefined && target !== null;
      if (fresh && isNotNull(table, name) && !referencedColumns.includes(name)) {
        values.set(name, values.get(name) ?? target);
      }
    });
  }
}

function isNotNull(table: Table, name: string): boolean {
  return table.columns.find((column) => column.name === name)?.notNull === true;
}
