import { quoteIdentifier, quoteLiteral } from "../../sql/quote.ts";
import type { WireSession } from "../wire-session.ts";
import { candidatesIn } from "./check-candidates.ts";
import type { Types } from "./read-types.ts";
import type { Check, Column, Table } from "./read-tables.ts";
import { arrayLiteral, typeValue } from "./type-value.ts";

export type Value = string | null;

/** Values for columns that are bound to each other by conditions: each entry satisfies all of them together. */
export interface ValueSet {
  columns: readonly string[];
  /** In the order of `columns`; null is NULL. The first ones hold the fewest nulls. */
  entries: readonly (readonly Value[])[];
}

/** The most combinations that PostgreSQL is asked to look through for one group of columns. */
const mostCombinations = 40_000;
const entriesKept = 64;
const plainSeeds = 16;

/**
 * For each group of columns that conditions bind, values that satisfy them, found by letting PostgreSQL
 * evaluate the conditions over all combinations of candidates. `parentValues` are the values that a column
 * with a foreign key may have. A group for which nothing was found is left out.
 */
export async function solveChecks(
  session: WireSession,
  {
    table,
    types,
    parentValues,
    namesakes,
    isValid,
  }: {
    table: Table;
    types: Types;
    parentValues: ReadonlyMap<string, readonly Value[]>;
    namesakes: Namesakes;
    isValid: IsValid;
  },
): Promise<ValueSet[]> {
  const domains = table.columns
    .filter(({ typeOid }) => types.get(typeOid)?.kind === "d")
    .map(({ name }): Check => ({ name: `the domain of ${name}`, expression: "true", columns: [name] }));
  const groups = groupChecks([...table.checks.filter(({ columns }) => columns.length > 0), ...domains]);
  const solved = await Promise.all(
    groups.map((checks) => solveGroup(session, { table, types, parentValues, namesakes, checks, isValid })),
  );
  return solved.filter((set) => set !== undefined);
}

/**
 * By a column's name: values that conditions on columns of that name speak of, in whatever table. A value often goes
 * from one table to another, and should then be welcome there.
 */
export type Namesakes = ReadonlyMap<string, readonly string[]>;

export function findNamesakes(tables: readonly Table[]): Namesakes {
  const found = new Map<string, string[]>();
  for (const { columns, expression } of tables.flatMap(({ checks }) => checks)) {
    const [only, ...others] = columns;
    if (only === undefined || others.length > 0) continue;
    found.set(only, [...new Set([...(found.get(only) ?? []), ...candidatesIn(expression)])]);
  }
  return found;
}

/** The function that says whether a text is a value of a type. */
export type IsValid = "pg_input_is_valid" | "pg_temp.interlock_is_valid";

/** PostgreSQL has it from version 16 on; before, the session is given one. */
export async function findIsValid(session: WireSession): Promise<IsValid> {
  const { rows } = await session.execute("select to_regproc('pg_catalog.pg_input_is_valid') is not null");
  if (rows[0]?.[0] === "t") return "pg_input_is_valid";
  await session.execute(
    `create or replace function pg_temp.interlock_is_valid(value text, type text) returns boolean language plpgsql as $$
     begin
       execute format('select %L::%s', value, type);
       return true;
     exception when others then return false;
     end $$`,
  );
  return "pg_temp.interlock_is_valid";
}

/** Conditions that share a column belong together. */
function groupChecks(checks: readonly Check[]): Check[][] {
  const groups: { columns: Set<string>; checks: Check[] }[] = [];
  for (const check of checks) {
    const touching = groups.filter(({ columns }) => check.columns.some((column) => columns.has(column)));
    const merged = {
      columns: new Set([...check.columns, ...touching.flatMap(({ columns }) => [...columns])]),
      checks: [...touching.flatMap((group) => group.checks), check],
    };
    for (const group of touching) groups.splice(groups.indexOf(group), 1);
    groups.push(merged);
  }
  return groups.map((group) => group.checks);
}

interface Group {
  table: Table;
  types: Types;
  parentValues: ReadonlyMap<string, readonly Value[]>;
  namesakes: Namesakes;
  checks: readonly Check[];
  isValid: IsValid;
}

async function solveGroup(session: WireSession, group: Group): Promise<ValueSet | undefined> {
  const names = new Set(group.checks.flatMap(({ columns }) => columns));
  const columns = group.table.columns.filter(({ name }) => names.has(name));
  const mined = (
    await Promise.all(
      group.checks.map(async ({ expression, columns: [only] }) =>
        expression === "true"
          ? domainCandidates(session, columnNamed(columns, only))
          : candidatesIn(expression),
      ),
    )
  ).flat();
  const lists = trim(columns.map((column) => candidatesFor(column, { ...group, mined })));
  const reply = await session.execute(
    solution(columns, { lists, checks: group.checks, isValid: group.isValid }),
  );
  if (reply.problem !== undefined || reply.rows.length === 0) return undefined;
  return { columns: columns.map(({ name }) => name), entries: reply.rows };
}

function columnNamed(columns: readonly Column[], name: string | undefined): Column | undefined {
  return columns.find((column) => column.name === name);
}

/** What the conditions of a column's domain speak of. */
async function domainCandidates(session: WireSession, column: Column | undefined): Promise<string[]> {
  if (column === undefined) return [];
  const { rows } = await session.execute(
    `with recursive domain as (
       select oid, typbasetype from pg_type where oid = ${String(column.typeOid)}::oid
       union all select t.oid, t.typbasetype from pg_type t join domain d on t.oid = d.typbasetype)
     select pg_get_expr(c.conbin, 0) from pg_constraint c join domain d on c.contypid = d.oid where c.contype = 'c'`,
  );
  return rows.flatMap(([expression]) =>
    expression === null || expression === undefined ? [] : candidatesIn(expression),
  );
}

function candidatesFor(
  column: Column,
  { types, parentValues, namesakes, mined, table }: Group & { mined: readonly string[] },
): Value[] {
  const parents = parentValues.get(column.name);
  const base: Value[] =
    parents === undefined
      ? [
          ...mined,
          ...(namesakes.get(column.name) ?? []),
          ...Array.from({ length: plainSeeds }, (_, seed) =>
            typeValue(types, {
              typeOid: column.typeOid,
              declared: column.type,
              seed: seed + 1,
              label: `${table.name}.${column.name}`,
            }),
          ).filter((value) => value !== undefined),
          "0",
        ]
      : [...parents];
  if (!column.notNull) base.push(null);
  return [...new Set(base)];
}

/** Shortens the longest lists, from the end but for a NULL there, until the combinations are few enough. */
function trim(lists: Value[][]): Value[][] {
  const trimmed = lists.map((list) => [...list]);
  while (trimmed.reduce((product, { length }) => product * Math.max(1, length), 1) > mostCombinations) {
    const longest = trimmed.reduce((left, right) => (right.length > left.length ? right : left));
    longest.splice(longest.at(-1) === null ? -2 : -1, 1);
  }
  return trimmed;
}

/** The query that looks for combinations of candidates under which no condition is false. */
function solution(
  columns: readonly Column[],
  { lists, checks, isValid }: { lists: readonly Value[][]; checks: readonly Check[]; isValid: IsValid },
): string {
  const candidates = columns.map(
    ({ type }, index) => `c${String(index)} as materialized (
      select v from unnest(${quoteLiteral(arrayLiteral(lists[index] ?? []))}::text[]) as v
      where v is null or ${isValid}(v, ${quoteLiteral(type)}))`,
  );
  const typed = columns.map(
    ({ name, type }, index) =>
      `c${String(index)}.v::${type} as ${quoteIdentifier(name)}, c${String(index)}.v as "interlock ${String(index)}"`,
  );
  const texts = columns.map((_, index) => `"interlock ${String(index)}"`).join(", ");
  const sources = columns.map((_, index) => `c${String(index)}`).join(" cross join ");
  const conditions = checks.map(({ expression }) => `(${expression}) is not false`).join(" and ");
  return `with ${candidates.join(",\n")}
    select ${texts} from (select ${typed.join(", ")} from ${sources} offset 0) as row
    where ${conditions}
    order by row_number() over (partition by num_nulls(${texts}) order by hashtext(concat_ws(',', ${texts})))
      > ${String(entriesKept)}, num_nulls(${texts}), hashtext(concat_ws(',', ${texts})) limit ${String(2 * entriesKept)}`;
}
