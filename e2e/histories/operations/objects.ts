import { pick, isFree, isKey, addUnique, replaceColumn, link, type Operation } from "../draft.ts";
import { rowId, words } from "../shape.ts";

/** Indexes, and what stands beside a table. */
export const objects = {
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
} satisfies Record<string, Operation>;
