import { quoteLiteral } from "../../packages/interlock/src/sql/quote.ts";
import type { Baseline } from "./baseline.ts";
import type { OperationChoice } from "./choices.ts";
import { columnOf, rowId, uniqueValue, words, type Column, type Link, type Table } from "./shape.ts";

/** A migration, and how its shape follows from the one before. */
export interface Change {
  migration: string;
  tables: Table[];
  links: Link[];
  /** What was taken up of the choices. */
  operations: string[];
}

interface Draft {
  sql: string[];
  baseline: Baseline;
  tables: Map<string, Table>;
  links: Link[];
  /** Columns that an operation is about already, as `table.column`. */
  taken: Set<string>;
  operations: string[];
}

const plain = { default: undefined, isVolatile: false, isUnique: false, isLate: false } as const;

/** Puts the operations that fit together into one migration. */
export function makeChange(baseline: Baseline, choices: readonly OperationChoice[]): Change {
  const draft: Draft = {
    sql: [],
    baseline,
    tables: new Map(baseline.tables.map((table) => [table.name, table])),
    links: [],
    taken: new Set(
      [...baseline.fixed].flatMap(([table, names]) => [...names].map((name) => `${table}.${name}`)),
    ),
    operations: [],
  };
  for (const [index, choice] of choices.entries()) {
    const table = baseline.tables[choice.table % baseline.tables.length];
    if (table !== undefined && operationSql[choice.name](draft, { ...choice, index, table: table.name }))
      draft.operations.push(choice.name);
  }
  // A change has at least one operation.
  if (draft.operations.length === 0) {
    draft.sql.push("alter table t0 add column extra text");
    addColumn(draft, "t0", { ...plain, name: "extra", type: "text", notNull: false, values: ["e", "f"] });
    draft.operations.push("add-nullable");
  }
  return {
    migration: `${draft.sql.join(";\n")};\n`,
    tables: [...draft.tables.values()],
    links: draft.links,
    operations: draft.operations,
  };
}

interface Task {
  index: number;
  table: string;
  column: number;
  variant: number;
}

/** Answers whether it fitted. */
type Operation = (draft: Draft, task: Task) => boolean;

const operationSql: Record<OperationChoice["name"], Operation> = {
  rename(draft, task) {
    const column = pick(draft, task, ({ generated }) => generated === undefined);
    if (column === undefined) return false;
    const to = `${column.name}_now`;
    draft.sql.push(`alter table ${task.table} rename column ${column.name} to ${to}`);
    replaceColumn(draft, task.table, column.name, [{ ...column, name: to }]);
    link(draft, task.table, { up: { [to]: column.name }, down: { [column.name]: to } });
    return true;
  },
  widen(draft, task) {
    const wider: Record<string, string> = {
      integer: task.variant % 2 === 0 ? "bigint" : "numeric",
      "character varying(20)": "text",
      "numeric(10,2)": "numeric(14,2)",
    };
    const column = pick(
      draft,
      task,
      ({ type, name }) => wider[type] !== undefined && !isKey(draft, task, name),
    );
    if (column === undefined) return false;
    const type = wider[column.type] ?? "";
    const { table } = task;
    const [value, again] = [`${column.name}::${type}`, `${column.name}::${column.type}`];
    if (column.default !== undefined)
      draft.sql.push(`alter table ${table} alter ${column.name} drop default`);
    draft.sql.push(`alter table ${table} alter column ${column.name} type ${type} using ${value}`);
    replaceColumn(draft, table, column.name, [{ ...column, type, default: undefined }]);
    link(draft, table, { up: { [column.name]: value }, down: { [column.name]: again } });
    return true;
  },
  "boolean-to-status"(draft, task) {
    const column = pick(draft, task, ({ type }) => type === "boolean");
    if (column === undefined) return false;
    const name = `status${String(task.index)}`;
    const up = `case when ${column.name} then 'yes' when not ${column.name} then 'no' end`;
    const values = ["yes", "no"];
    toNewColumn(draft, task, {
      from: column,
      to: { ...plain, name, type: "text", notNull: column.notNull, values },
      up,
      down: `${name} = 'yes'`,
    });
    return true;
  },
  "word-to-enum"(draft, task) {
    const column = pick(draft, task, ({ values }) => values === words);
    if (column === undefined) return false;
    const [name, type] = [`kind${String(task.index)}`, `kind_of_${String(task.index)}`];
    draft.sql.push(`create type ${type} as enum ('calm', 'glad', 'grim')`);
    const to = { ...plain, name, type, notNull: column.notNull, values: words };
    toNewColumn(draft, task, { from: column, to, up: `${column.name}::${type}`, down: `${name}::text` });
    return true;
  },
  split(draft, task) {
    const column = pick(draft, task, ({ values }) => values[0] === "Ann Lee");
    if (column === undefined) return false;
    const { table } = task;
    const [first, last] = [`first${String(task.index)}`, `last${String(task.index)}`];
    const [upFirst, upLast] = [`split_part(${column.name}, ' ', 1)`, `split_part(${column.name}, ' ', 2)`];
    const back = `${first} || ' ' || ${last}`;
    draft.sql.push(
      `alter table ${table} add column ${first} text, add column ${last} text`,
      `update ${table} set ${first} = ${upFirst}, ${last} = ${upLast}`,
      ...(column.notNull
        ? [`alter table ${table} alter ${first} set not null, alter ${last} set not null`]
        : []),
      `-- interlock: down ${table}.${column.name} = (${back})\nalter table ${table} drop column ${column.name}`,
    );
    const side = { ...plain, type: "text", notNull: column.notNull };
    replaceColumn(draft, table, column.name, [
      { ...side, name: first, values: ["Di", "Ed"] },
      { ...side, name: last, values: ["Fox", "Gill"] },
    ]);
    link(draft, table, { up: { [first]: upFirst, [last]: upLast }, down: { [column.name]: back } });
    return true;
  },
  merge(draft, task) {
    const one = pick(draft, task, isWord);
    if (one === undefined) return false;
    const two = pick(draft, task, isWord);
    if (two === undefined) return false;
    const { table } = task;
    const name = `both${String(task.index)}`;
    const up = `${one.name} || '/' || ${two.name}`;
    const [downOne, downTwo] = [`split_part(${name}, '/', 1)`, `split_part(${name}, '/', 2)`];
    draft.sql.push(
      `alter table ${table} add column ${name} text`,
      `update ${table} set ${name} = ${up}`,
      `alter table ${table} alter ${name} set not null`,
      `-- interlock: down ${table}.${one.name} = (${downOne})\n-- interlock: down ${table}.${two.name} = (${downTwo})\nalter table ${table} drop column ${one.name}, drop column ${two.name}`,
    );
    const values = ["calm/glad", "grim/grim", "glad/calm"];
    replaceColumn(draft, table, one.name, [{ ...plain, name, type: "text", notNull: true, values }]);
    replaceColumn(draft, table, two.name, []);
    link(draft, table, { up: { [name]: up }, down: { [one.name]: downOne, [two.name]: downTwo } });
    return true;
  },
  derive(draft, task) {
    const column = pick(draft, task, ({ type }) => type === "integer");
    if (column === undefined) return false;
    const name = `twice${String(task.index)}`;
    const up = `${column.name} * 2`;
    draft.sql.push(
      `alter table ${task.table} add column ${name} integer`,
      `update ${task.table} set ${name} = ${up}`,
    );
    addColumn(draft, task.table, { ...plain, name, type: "integer", notNull: false, values: ["10", "20"] });
    draft.links.push({
      table: task.table,
      up: { [name]: up },
      down: {},
      readsOld: [column.name],
      readsNew: [name],
    });
    return true;
  },
  drop(draft, task) {
    const column = pick(draft, task, ({ name, isUnique }) => !isKey(draft, task, name) && !isUnique);
    if (column === undefined) return false;
    const { table } = task;
    const mandatory = column.notNull && column.default === undefined && column.generated === undefined;
    const value = `${quoteLiteral(column.values[0] ?? "")}::${column.type}`;
    if (mandatory) draft.sql.push(`-- interlock: down ${table}.${column.name} = (${value})`);
    const comment = mandatory ? `${String(draft.sql.pop())}\n` : "";
    draft.sql.push(`${comment}alter table ${table} drop column ${column.name}`);
    replaceColumn(draft, table, column.name, []);
    if (mandatory)
      draft.links.push({
        table,
        up: {},
        down: { [column.name]: value },
        readsOld: [column.name],
        readsNew: [],
      });
    return true;
  },
  "add-nullable": (draft, task) => add(draft, task, { type: "text", notNull: false, values: ["n", "m"] }),
  "add-constant": (draft, task) =>
    add(draft, task, { type: "integer", notNull: true, default: "5", values: ["5", "6"] }),
  "add-volatile": (draft, task) =>
    add(draft, task, {
      type: "uuid",
      notNull: task.variant % 2 === 0,
      default: "gen_random_uuid()",
      isVolatile: true,
      values: ["00000000-0000-4000-8000-000000000007"],
    }),
  "add-mandatory"(draft, task) {
    const column = pick(
      draft,
      task,
      ({ type, notNull, generated }) => type === "text" && notNull && generated === undefined,
    );
    if (column === undefined) return false;
    const name = `size${String(task.index)}`;
    const up = `length(${column.name})`;
    draft.sql.push(
      `-- interlock: up ${task.table}.${name} = (${up})\nalter table ${task.table} add column ${name} integer not null`,
    );
    // The migration alone needs rows to be absent or filled: it says the value in its own way too.
    draft.sql.push(
      draft.sql.pop()?.replace(" not null", "") ?? "",
      `update ${task.table} set ${name} = ${up}`,
      `alter table ${task.table} alter ${name} set not null`,
    );
    addColumn(draft, task.table, { ...plain, name, type: "integer", notNull: true, values: ["11", "12"] });
    draft.links.push({
      table: task.table,
      up: { [name]: up },
      down: {},
      readsOld: [column.name],
      readsNew: [name],
    });
    return true;
  },
  "set-not-null"(draft, task) {
    const column = pick(
      draft,
      task,
      ({ notNull, isUnique, values, generated }) =>
        !notNull && !isUnique && values.length > 0 && generated === undefined,
    );
    if (column === undefined || column.name === "ref") return false;
    const { table } = task;
    const fill = column.values[0] ?? "";
    draft.sql.push(
      `update ${table} set ${column.name} = ${quoteLiteral(fill)}::${column.type} where ${column.name} is null`,
      `alter table ${table} alter column ${column.name} set not null`,
    );
    replaceColumn(draft, table, column.name, [{ ...column, notNull: true, fill }]);
    draft.links.push({
      table,
      up: { [column.name]: `coalesce(${column.name}, ${quoteLiteral(fill)}::${column.type})` },
      down: { [column.name]: column.name },
      readsOld: [column.name],
      readsNew: [column.name],
    });
    const before = draft.baseline.tables.find(({ name }) => name === table);
    if (before !== undefined) {
      const columns = before.columns.map((each) => (each.name === column.name ? { ...each, fill } : each));
      draft.baseline.tables[draft.baseline.tables.indexOf(before)] = { ...before, columns };
    }
    return true;
  },
  "drop-not-null"(draft, task) {
    const column = pick(draft, task, ({ notNull, name }) => notNull && !isKey(draft, task, name));
    if (column === undefined) return false;
    draft.sql.push(`alter table ${task.table} alter column ${column.name} drop not null`);
    // The new version goes on giving a value: a null of its own would stand in the way of a rollback, as the plan says.
    return true;
  },
  "set-default"(draft, task) {
    const column = pick(
      draft,
      task,
      ({ isUnique, values, generated }) => !isUnique && values.length > 0 && generated === undefined,
    );
    if (column === undefined || column.name === "ref") return false;
    const value = quoteLiteral(column.values.at(-1) ?? "");
    draft.sql.push(`alter table ${task.table} alter column ${column.name} set default ${value}`);
    replaceColumn(draft, task.table, column.name, [{ ...column, default: value }]);
    return true;
  },
  "drop-default"(draft, task) {
    const column = pick(draft, task, (each) => each.default !== undefined);
    if (column === undefined) return false;
    draft.sql.push(`alter table ${task.table} alter column ${column.name} drop default`);
    replaceColumn(draft, task.table, column.name, [{ ...column, default: undefined }]);
    return true;
  },
  "add-check"(draft, task) {
    const column = pick(draft, task, ({ generated }) => generated === undefined);
    if (column === undefined) return false;
    draft.sql.push(
      `alter table ${task.table} add constraint check${String(task.index)} check (${column.name}::text <> 'never')`,
    );
    return true;
  },
  "add-unique"(draft, task) {
    const column = pick(draft, task, ({ isUnique, name }) => isUnique && !isKey(draft, task, name));
    if (column === undefined) return false;
    draft.sql.push(
      `alter table ${task.table} add constraint unique${String(task.index)} unique (${column.name}, ${rowId})`,
    );
    addUnique(draft, task.table, [column.name, rowId]);
    return true;
  },
  "add-foreign-key"(draft, task) {
    const { table } = task;
    const other = draft.baseline.tables.find(({ name, key }) => name !== table && key.length === 1);
    const [key = ""] = other?.key ?? [];
    if (other === undefined || draft.taken.has(`${other.name}.${key}`)) return false;
    const type = columnOf(other, key).type;
    draft.taken.add(`${other.name}.${key}`);
    const name = `to${String(task.index)}`;
    const values = Array.from({ length: 3 }, (_, at) => uniqueValue(type, at + 1));
    draft.sql.push(
      `alter table ${table} add column ${name} ${type} constraint ${table}_${name} references ${other.name} (${key}) on delete set null`,
    );
    addColumn(draft, table, { ...plain, name, type, notNull: false, values });
    return true;
  },
  "add-index"(draft, task) {
    const column = pick(draft, task, ({ type }) => type !== "jsonb");
    if (column === undefined) return false;
    draft.sql.push(`create index fresh${String(task.index)} on ${task.table} (${column.name})`);
    return true;
  },
  "add-partial-index"(draft, task) {
    const column = pick(draft, task, () => true);
    if (column === undefined) return false;
    draft.sql.push(
      `create index part${String(task.index)} on ${task.table} (${rowId}) where ${column.name} is not null`,
    );
    return true;
  },
  "add-unique-index"(draft, task) {
    const column = pick(draft, task, ({ isUnique, name }) => isUnique && !isKey(draft, task, name));
    if (column === undefined) return false;
    draft.sql.push(
      `create unique index only${String(task.index)} on ${task.table} (${column.name}, ${rowId})`,
    );
    addUnique(draft, task.table, [column.name, rowId]);
    return true;
  },
  "drop-index"(draft, task) {
    const index = draft.baseline.indexes.find(
      ({ table, columns }) => table === task.table && isFree(draft, table, columns),
    );
    if (index === undefined) return false;
    for (const column of index.columns) draft.taken.add(`${index.table}.${column}`);
    draft.sql.push(`drop index ${index.name}`);
    return true;
  },
  "drop-constraint"(draft, task) {
    const constraint = draft.baseline.constraints.find(
      ({ table, columns }) => table === task.table && isFree(draft, table, columns),
    );
    if (constraint === undefined) return false;
    const { table, name, columns } = constraint;
    for (const column of columns) draft.taken.add(`${table}.${column}`);
    draft.sql.push(`alter table ${table} drop constraint ${name}`);
    const known = draft.tables.get(table);
    if (known !== undefined) {
      const unique = known.unique.filter((each) => each.join(",") !== columns.join(","));
      draft.tables.set(table, { ...known, unique });
    }
    return true;
  },
  "update-rows"(draft, task) {
    // What the new version leaves to a default of the old form would be changed as well.
    const column = pick(
      draft,
      task,
      (each) => each.type === "text" && !each.isUnique && each.values !== words && each.default === undefined,
    );
    if (column === undefined) return false;
    const { table } = task;
    const up = `lower(${column.name})`;
    draft.sql.push(`update ${table} set ${column.name} = ${up}`);
    const values = [...new Set(column.values.map((value) => value.toLowerCase()))];
    replaceColumn(draft, table, column.name, [{ ...column, values, isLate: true }]);
    link(draft, table, { up: { [column.name]: up }, down: { [column.name]: column.name } });
    return true;
  },
  comment(draft, task) {
    draft.sql.push(`comment on table ${task.table} is 'as of ${String(task.index)}'`);
    return true;
  },
  "create-table"(draft, task) {
    draft.sql.push(
      `create table fresh_${String(task.index)} (id bigint generated always as identity primary key, note text)`,
    );
    return true;
  },
  "create-view"(draft, task) {
    draft.sql.push(`create view seen_${String(task.index)} as select ${rowId} from ${task.table}`);
    return true;
  },
  "enum-value"(draft, task) {
    draft.sql.push(`alter type mood add value if not exists 'mood ${String(task.index)}'`);
    return true;
  },
};

const isWord = ({ values, notNull }: Column): boolean => values === words && notNull;

/** A column that no other operation is about, which is then taken. */
function pick(draft: Draft, task: Task, fits: (column: Column) => boolean): Column | undefined {
  const before = draft.baseline.tables.find(({ name }) => name === task.table);
  const free = (before?.columns ?? []).filter(
    (column) => column.name !== rowId && isFree(draft, task.table, [column.name]) && fits(column),
  );
  const column = free[task.column % free.length];
  if (column !== undefined) draft.taken.add(`${task.table}.${column.name}`);
  return column;
}

function isFree({ taken }: Draft, table: string, columns: readonly string[]): boolean {
  return columns.every((column) => !taken.has(`${table}.${column}`));
}

function isKey({ tables }: Draft, { table }: Task, column: string): boolean {
  return tables.get(table)?.key.includes(column) === true;
}

function add(
  draft: Draft,
  task: Task,
  column: Partial<Column> & Pick<Column, "type" | "values" | "notNull">,
): boolean {
  const name = `more${String(task.index)}`;
  const byDefault = column.default === undefined ? "" : ` default ${column.default}`;
  draft.sql.push(
    `alter table ${task.table} add column ${name} ${column.type}${column.notNull ? " not null" : ""}${byDefault}`,
  );
  addColumn(draft, task.table, { ...plain, ...column, name });
  return true;
}

/** An added column takes the place of another: boolean → status and the like. */
function toNewColumn(
  draft: Draft,
  { table }: Task,
  { from, to, up, down }: { from: Column; to: Column; up: string; down: string },
): void {
  draft.sql.push(
    `alter table ${table} add column ${to.name} ${to.type}`,
    `update ${table} set ${to.name} = ${up}`,
    ...(to.notNull ? [`alter table ${table} alter column ${to.name} set not null`] : []),
    `-- interlock: down ${table}.${from.name} = (${down})\nalter table ${table} drop column ${from.name}`,
  );
  replaceColumn(draft, table, from.name, [to]);
  link(draft, table, { up: { [to.name]: up }, down: { [from.name]: down } });
}

function addColumn(draft: Draft, table: string, column: Column): void {
  const known = draft.tables.get(table);
  if (known !== undefined) draft.tables.set(table, { ...known, columns: [...known.columns, column] });
}

function addUnique(draft: Draft, table: string, columns: readonly string[]): void {
  const known = draft.tables.get(table);
  if (known !== undefined) draft.tables.set(table, { ...known, unique: [...known.unique, columns] });
}

/** Also where keys and unique lists name it: they go with it, or follow its new name. */
function replaceColumn(draft: Draft, table: string, from: string, to: readonly Column[]): void {
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

function link(draft: Draft, table: string, { up, down }: Pick<Link, "up" | "down">): void {
  draft.links.push({ table, up, down, readsOld: Object.keys(down), readsNew: Object.keys(up) });
}
