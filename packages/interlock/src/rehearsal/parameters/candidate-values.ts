import { factsOf, type Contents } from "../rows/fill.ts";
import { freshValue, newRow, type RowChoice } from "../rows/new-row.ts";
import type { Table } from "../rows/read-tables.ts";
import { arrayLiteral, typeValue } from "../rows/type-value.ts";
import type { Value } from "../rows/valid-values.ts";
import type { ParameterUse } from "./parameter-use.ts";
import type { ColumnPlace } from "./relations.ts";

/** How the values of one attempt are chosen. */
export interface Attempt {
  /** Which row of every table the statement looks for. */
  row: number;
  newRows: Pick<RowChoice, "parent" | "parentStride" | "withoutOptionalParents">;
  /** Whether columns are set to something new or to what they hold already. */
  set: "new" | "same";
  seed: number;
}

/** In the order in which they are tried. Seeds are far above those of generated rows. */
export const attempts: readonly Attempt[] = [
  { row: 0, newRows: { parent: -1, parentStride: 0 }, set: "new", seed: 1_001 },
  { row: 1, newRows: { parent: 0, parentStride: 1 }, set: "new", seed: 1_032 },
  { row: 0, newRows: { parent: 1, parentStride: 0 }, set: "same", seed: 1_063 },
  { row: 2, newRows: { parent: -1, parentStride: 1 }, set: "same", seed: 2 },
  { row: 1, newRows: { parent: 2, parentStride: 0, withoutOptionalParents: true }, set: "same", seed: 1_095 },
  { row: 3, newRows: { parent: 3, parentStride: 0 }, set: "new", seed: 1 },
  { row: -1, newRows: { parent: -2, parentStride: 1 }, set: "same", seed: 1_126 },
  { row: 4, newRows: { parent: 0, parentStride: 2 }, set: "new", seed: 3 },
];

/** Values for a statement's parameters, as text, in their order. */
export function candidateValues(
  contents: Contents,
  {
    uses,
    typeOids,
    attempt,
  }: { uses: ReadonlyMap<number, ParameterUse>; typeOids: readonly number[]; attempt: Attempt },
): Value[] {
  const newRows = new Map<string, ReadonlyMap<string, Value>>();
  const rowFor = (table: Table, row: number): ReadonlyMap<string, Value> => {
    const key = `${String(table.oid)} ${String(row)}`;
    const known = newRows.get(key);
    if (known !== undefined) return known;
    const choice = { ...attempt.newRows, seed: attempt.seed + row, useDefaults: false };
    const made = newRow(factsOf(contents, table), choice) ?? new Map<string, Value>();
    newRows.set(key, made);
    return made;
  };
  return typeOids.map((typeOid, index) => {
    const use = uses.get(index + 1);
    const label = `value ${String(index + 1)}`;
    const plain = typeValue(contents.types, { typeOid, seed: attempt.seed, label }) ?? null;
    if (use === undefined) return plain;
    if (use.kind === "limit") return "10";
    if (use.kind === "offset") return "0";
    const held = heldValue(contents, use, attempt);
    const isNew =
      use.kind === "insert" || (use.kind === "set" && !(attempt.set === "same" && held !== undefined));
    const row = use.kind === "insert" ? use.row : 0;
    const value = isNew
      ? newValue(contents, { ...use, values: rowFor(use.place.table, row), attempt })
      : held;
    return value === undefined ? plain : fitted(contents, { value, typeOid, place: use.place, plain });
  });
}

/** `column = any($1)` and `unnest($1)` take a list of the column's values, `$1 = any(column)` one of its elements. */
function fitted(
  { types }: Contents,
  { value, typeOid, place, plain }: { value: Value; typeOid: number; place: ColumnPlace; plain: Value },
): Value {
  const column = place.table.columns.find(({ name }) => name === place.column);
  const isArray = (types.get(typeOid)?.element ?? 0) !== 0;
  const columnIsArray = (types.get(column?.typeOid ?? 0)?.element ?? 0) !== 0;
  if (isArray === columnIsArray) return value;
  return isArray ? arrayLiteral([value]) : plain;
}

function newValue(
  contents: Contents,
  {
    place: { table, column },
    values,
    attempt,
  }: { place: { table: Table; column: string }; values: ReadonlyMap<string, Value>; attempt: Attempt },
): Value {
  if (values.has(column)) return values.get(column) ?? null;
  const declared = table.columns.find(({ name }) => name === column);
  return declared === undefined
    ? null
    : freshValue(declared, { ...factsOf(contents, table), seed: attempt.seed });
}

/** What the row of this attempt holds in a column; undefined where the table has no rows. */
function heldValue(
  { rows }: Contents,
  { place: { table, column } }: { place: { table: Table; column: string } },
  { row }: Attempt,
): Value | undefined {
  const present = rows.get(table.oid) ?? [];
  return present.at(row % Math.max(1, present.length))?.get(column);
}
