import { quoteLiteral } from "../../packages/interlock/src/sql/quote.ts";
import type { Choices, TableChoice } from "./choices.ts";
import { pairs, pools, rowId, uniqueValue, words, type Column, type Table } from "./shape.ts";

/** Tables before a change, and the SQL that makes them and their first rows. */
export interface Baseline {
  tables: Table[];
  schema: string;
  rows: string;
  /** Names of what an operation may drop, by table. */
  indexes: { table: string; name: string; columns: readonly string[] }[];
  constraints: { table: string; name: string; columns: readonly string[] }[];
  /** Columns that something of the user's own reads by name, by table. */
  fixed: Map<string, Set<string>>;
}

const plain = {
  notNull: false,
  default: undefined,
  isVolatile: false,
  isUnique: false,
  isLate: false,
} as const;

export function makeBaseline(choices: Choices): Baseline {
  const baseline: Baseline = {
    tables: [],
    schema: "create type mood as enum ('calm', 'glad', 'grim');\n",
    rows: "",
    indexes: [],
    constraints: [],
    fixed: new Map(),
  };
  for (const [at, choice] of choices.tables.entries()) addTable(baseline, choice, at, choices.rows);
  return baseline;
}

function addTable(baseline: Baseline, choice: TableChoice, at: number, rows: number): void {
  const name = `t${String(at)}`;
  const keys = keyColumns(choice.key);
  const columns: Column[] = [
    { ...plain, name: rowId, type: "bigint", notNull: true, values: [] },
    ...keys,
    ...choice.columns.map(dataColumn),
  ];
  const after: string[] = [];
  const parts = columns.map((column) => columnSql(column, choice.key));
  const key = choice.key === "none" ? [] : choice.key === "rid" ? [rowId] : keys.map((each) => each.name);
  if (key.length > 0) parts.push(`primary key (${key.join(", ")})`);
  const unique = key.length === 0 ? [] : [key];
  for (const [index, { extra }] of choice.columns.entries()) {
    const column = columns[index + 1 + keys.length];
    if (column === undefined) continue;
    const own = `${name}_${column.name}`;
    if (column.isUnique) {
      parts.push(`constraint ${own}_unique unique (${column.name})`);
      baseline.constraints.push({ table: name, name: `${own}_unique`, columns: [column.name] });
      unique.push([column.name]);
    }
    if (extra === "check") {
      parts.push(`constraint ${own}_check check (${column.name}::text <> 'forbidden')`);
      baseline.constraints.push({ table: name, name: `${own}_check`, columns: [column.name] });
    }
    if (extra.endsWith("index") && column.type !== "jsonb") {
      const what = extra === "expression-index" ? `(${column.name} is null)` : column.name;
      const where = extra === "partial-index" ? ` where ${column.name} is not null` : "";
      after.push(`create index ${own}_index on ${name} (${what})${where};`);
      baseline.indexes.push({ table: name, name: `${own}_index`, columns: [column.name] });
    }
  }
  const target = baseline.tables[at - 1];
  if (choice.reference !== "" && target?.key.length === 1) {
    const [pointsAt = ""] = target.key;
    const type = target.columns.find((column) => column.name === pointsAt)?.type ?? "";
    columns.push({ ...plain, name: "ref", type, values: firstKeys(type, rows) });
    parts.push(
      `ref ${type} constraint ${name}_ref references ${target.name} (${pointsAt}) on delete ${choice.reference} on update cascade`,
    );
    baseline.constraints.push({ table: name, name: `${name}_ref`, columns: ["ref"] });
    fix(baseline, target.name, pointsAt);
  }
  const whole = columns.find(({ type }) => type === "integer");
  if (choice.generated === "stored" && whole !== undefined && whole.name.startsWith("c")) {
    const generated = `coalesce(${whole.name}, 0) + 1`;
    columns.push({ ...plain, name: "g", type: "integer", values: [], generated });
    parts.push(`g integer generated always as (${generated}) stored`);
    fix(baseline, name, whole.name);
  }
  baseline.tables.push({ name, key, columns, unique });
  baseline.schema += `create table ${name} (${parts.join(",\n  ")});\n${after.join("\n")}\n`;
  baseline.schema += extrasSql(baseline, choice, name, columns);
  baseline.rows += rowsSql(name, columns, rows);
}

function keyColumns(kind: TableChoice["key"]): Column[] {
  const unique = { ...plain, notNull: true, isUnique: true, values: [] };
  if (kind === "composite")
    return [
      { ...unique, name: "k", type: "integer" },
      { ...plain, name: "part", type: "text", notNull: true, values: ["p", "q"] },
    ];
  if (kind === "identity") return [{ ...unique, name: "k", type: "bigint" }];
  return kind === "none" || kind === "rid" ? [] : [{ ...unique, name: "k", type: kind }];
}

function dataColumn(choice: TableChoice["columns"][number], index: number): Column {
  const type = choice.kind === "word" || choice.kind === "pair" ? "text" : choice.kind;
  const values = choice.kind === "word" ? words : choice.kind === "pair" ? pairs : (pools[type] ?? []);
  const canBeUnique = ["integer", "bigint", "text", "character varying(20)", "numeric(10,2)", "uuid"];
  const isUnique = choice.extra === "unique" && choice.kind !== "word" && canBeUnique.includes(choice.kind);
  return {
    name: `c${String(index)}`,
    type,
    notNull: choice.notNull,
    default: choice.hasDefault && !isUnique ? quoteLiteral(values[0] ?? "") : undefined,
    isVolatile: false,
    values,
    isUnique,
    isLate: false,
  };
}

function columnSql({ name, type, notNull, default: value }: Column, key: TableChoice["key"]): string {
  const identity = key === "identity" && name === "k" ? " generated by default as identity" : "";
  return `${name} ${type}${notNull ? " not null" : ""}${value === undefined ? "" : ` default ${value}`}${identity}`;
}

/** A view and a trigger on columns of the table; those columns are then left alone by the change. */
function extrasSql(
  baseline: Baseline,
  choice: TableChoice,
  table: string,
  columns: readonly Column[],
): string {
  const parts: string[] = [];
  const seen = columns.find(({ name }) => name === "c0");
  if (choice.hasView && seen !== undefined) {
    parts.push(`create view v_${table} as select ${rowId}, c0 from ${table} where c0 is not null;`);
    fix(baseline, table, "c0");
  }
  const text = columns.find(
    ({ name, type, isUnique }) => type === "text" && name.startsWith("c") && !isUnique,
  );
  if (choice.trigger === "normalise" && text !== undefined) {
    parts.push(`create function normalise_${table}() returns trigger language plpgsql as
  $$ begin new.${text.name} := lower(new.${text.name}); return new; end $$;
create trigger normalise before insert or update on ${table} for each row execute function normalise_${table}();`);
    fix(baseline, table, text.name);
  }
  if (choice.trigger === "audit") {
    parts.push(`create table log_${table} (${rowId} bigint not null, what text not null, at uuid not null default gen_random_uuid());
create function audit_${table}() returns trigger language plpgsql as
  $$ begin insert into log_${table} (${rowId}, what) values (coalesce(new.${rowId}, old.${rowId}), tg_op); return null; end $$;
create trigger audit after insert or update or delete on ${table} for each row execute function audit_${table}();`);
  }
  return parts.length === 0 ? "" : `${parts.join("\n")}\n`;
}

function fix(baseline: Baseline, table: string, column: string): void {
  const known = baseline.fixed.get(table) ?? new Set();
  baseline.fixed.set(table, known.add(column));
}

function firstKeys(type: string, rows: number): string[] {
  return Array.from({ length: Math.min(rows, 5) }, (_, at) => uniqueValue(type, at + 1));
}

function rowsSql(table: string, columns: readonly Column[], rows: number): string {
  const written = columns.filter(({ generated }) => generated === undefined);
  const lines = Array.from({ length: rows }, (_, at) => {
    const values = written.map((column, index) => {
      if (column.name === rowId) return String(at + 1);
      if (column.isUnique) return quoteLiteral(uniqueValue(column.type, at + 1));
      if (!column.notNull && (at * 7 + index) % 5 === 0) return "null";
      const value = column.values[(at * 3 + index) % column.values.length];
      return value === undefined ? "null" : quoteLiteral(value);
    });
    return `(${values.join(", ")})`;
  });
  if (lines.length === 0) return "";
  return `insert into ${table} (${written.map(({ name }) => name).join(", ")}) values\n${lines.join(",\n")};\n`;
}
