import { displayName, quoteIdentifier, quoteQualified } from "../../sql/quote.ts";
import type { Problem } from "../problem.ts";
import type { WireSession } from "../wire-session.ts";
import { readRows, type Row } from "./contents.ts";
import { fillOrder } from "./fill-order.ts";
import { linkByName } from "./link-by-name.ts";
import { newRow, type RowChoice, type TableFacts } from "./new-row.ts";
import type { Table } from "./read-tables.ts";
import { readTables } from "./read-tables.ts";
import { plainRows, styleOf, type RowStyles } from "./row-style.ts";
import { readTypes, type Types } from "./read-types.ts";
import { findIsValid, findNamesakes, solveChecks, type Value, type ValueSet } from "./valid-values.ts";

/** What a database holds, as far as statements are given parameters from it. */
export interface Contents {
  tables: readonly Table[];
  types: Types;
  /** By the table's oid. */
  rows: Map<number, readonly Row[]>;
  /** By the table's oid: values for columns that are bound by conditions. */
  valueSets: Map<number, readonly ValueSet[]>;
  styles: RowStyles;
}

/** What is known of one of the tables. */
export function factsOf(contents: Contents, table: Table): TableFacts {
  return {
    table,
    types: contents.types,
    rows: contents.rows,
    valueSets: contents.valueSets.get(table.oid) ?? [],
    isNumeric: styleOf(contents.styles, displayName(table.schema, table.name)) === "numeric",
  };
}

interface FilledTable {
  table: string;
  rows: number;
  /** Why there are none. */
  reason?: string;
}

export interface Filled {
  contents: Contents;
  /** Tables that were empty before. */
  tables: readonly FilledTable[];
}

/** Rows in a table that no other refers to; those above have more, so that some are not referred to. */
const fewestRows = 4;
const mostRows = 12;
const triesPerRow = 10;

/** How one row is tried after the other attempts at it were refused. */
const attempts: readonly Pick<RowChoice, "useDefaults" | "parentStride" | "withoutOptionalParents">[] = [
  { useDefaults: true, parentStride: 0 },
  { useDefaults: true, parentStride: 1 },
  { useDefaults: false, parentStride: 0 },
  { useDefaults: true, parentStride: 0, withoutOptionalParents: true },
  { useDefaults: true, parentStride: 2 },
];

export interface FillOptions {
  styles?: RowStyles;
  /** Tables that have rows get no more. */
  onlyEmpty?: boolean;
}

/**
 * Puts a few rows into every table, so that all constraints hold, and reads what is there. PostgreSQL itself
 * judges every row; a table for which none was found is listed with what PostgreSQL said last.
 */
export async function fillTables(
  session: WireSession,
  { styles = plainRows, onlyEmpty = false }: FillOptions = {},
): Promise<Filled> {
  const [found, types, isValid] = await Promise.all([
    readTables(session),
    readTypes(session),
    findIsValid(session),
  ]);
  const tables = linkByName(found);
  const contents: Contents = { tables, types, rows: new Map(), valueSets: new Map(), styles };
  const { levels, cyclic } = fillOrder(tables);
  const namesakes = findNamesakes(tables);
  const filled: FilledTable[] = [];
  for (const [depth, level] of levels.entries()) {
    const wanted = Math.min(mostRows, fewestRows + (levels.length - 1 - depth));
    const done = await Promise.all(
      level.map(async (table) => {
        const before = await readRows(session, table);
        contents.rows.set(table.oid, before);
        contents.valueSets.set(
          table.oid,
          await solveChecks(session, {
            table,
            types,
            parentValues: parentValues(table, contents),
            namesakes,
            isValid,
          }),
        );
        if (styleOf(styles, displayName(table.schema, table.name)) === "none") return undefined;
        if (onlyEmpty && before.length > 0) return undefined;
        return fillTable(session, { table, contents, wanted, hadRows: before.length > 0 });
      }),
    );
    filled.push(...done.filter((one) => one !== undefined));
  }
  for (const table of cyclic) {
    contents.rows.set(table.oid, []);
    contents.valueSets.set(table.oid, []);
    filled.push({
      table: displayName(table.schema, table.name),
      rows: 0,
      reason: "its mandatory foreign keys lead round in a circle",
    });
  }
  return { contents, tables: filled };
}

/** The values a column with a foreign key may have. */
function parentValues(table: Table, { rows }: Pick<Contents, "rows">): Map<string, readonly Value[]> {
  return new Map(
    table.foreignKeys.flatMap((key) =>
      key.columns.map((name, index): [string, readonly Value[]] => [
        name,
        (rows.get(key.references) ?? []).flatMap((row) => row.get(key.referencedColumns[index] ?? "") ?? []),
      ]),
    ),
  );
}

async function fillTable(
  session: WireSession,
  {
    table,
    contents,
    wanted,
    hadRows,
  }: { table: Table; contents: Contents; wanted: number; hadRows: boolean },
): Promise<FilledTable | undefined> {
  const facts = factsOf(contents, table);
  let refusal: string | undefined;
  const refersToItself = table.foreignKeys.some(({ references }) => references === table.oid);
  const one = async (index: number): Promise<void> => {
    refusal = (await addRow(session, facts, index)) ?? refusal;
    if (refersToItself) contents.rows.set(table.oid, await readRows(session, table));
  };
  const indexes = Array.from({ length: wanted }, (_, index) => index);
  if (refersToItself) for (const index of indexes) await one(index);
  else await Promise.all(indexes.map(one));
  const rows = await readRows(session, table);
  contents.rows.set(table.oid, rows);
  const name = displayName(table.schema, table.name);
  if (rows.length === 0) return { table: name, rows: 0, reason: refusal ?? "nothing could be put in" };
  return hadRows ? undefined : { table: name, rows: rows.length };
}

/** Adds one row; the answer is why it could not be done. */
async function addRow(session: WireSession, facts: TableFacts, index: number): Promise<string | undefined> {
  let problem: Problem | undefined;
  for (let tries = 0; tries < triesPerRow; tries += 1) {
    // Every other row gets values where it could have defaults: a flag is to be found both ways.
    const attempt = attempts[(tries + (index % 2) * 2) % attempts.length];
    if (attempt === undefined) break;
    const round = Math.floor(tries / attempts.length);
    const values = newRow(facts, {
      ...attempt,
      isSparse: index % 4 === 2 && tries < attempts.length,
      parent: index + round,
      seed: index + 1 + round * 17 + tries * 3,
    });
    if (values === undefined) return "a table that it refers to has no rows";
    ({ problem } = await insert(session, facts.table, values));
    if (problem === undefined) return undefined;
  }
  return problem === undefined ? undefined : `${problem.sqlstate} ${problem.message}`;
}

function insert(
  session: WireSession,
  table: Table,
  values: ReadonlyMap<string, Value>,
): ReturnType<WireSession["execute"]> {
  const name = quoteQualified(table.schema, table.name);
  if (values.size === 0) return session.execute(`insert into ${name} default values`);
  const columns = [...values.keys()].map(quoteIdentifier).join(", ");
  const parameters = [...values.keys()].map((_, index) => `$${String(index + 1)}`).join(", ");
  return session.execute(`insert into ${name} (${columns}) values (${parameters})`, [...values.values()]);
}
