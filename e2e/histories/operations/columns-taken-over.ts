import { quoteLiteral } from "../../../packages/interlock/src/sql/quote.ts";
import {
  pick,
  isKey,
  addColumn,
  replaceColumn,
  link,
  linkUp,
  plain,
  type Operation,
  type Draft,
  type Task,
} from "../draft.ts";
import { words, type Column } from "../shape.ts";

/** A column takes the place of another, or goes. */
export const columnsTakenOver = {
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
    linkUp(draft, task.table, { name, up, from: column.name });
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
} satisfies Record<string, Operation>;

const isWord = ({ values, notNull }: Column): boolean => values === words && notNull;

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
