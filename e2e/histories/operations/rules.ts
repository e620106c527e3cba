import { quoteLiteral } from "../../../packages/interlock/src/sql/quote.ts";
import { pick, isFree, isKey, addUnique, replaceColumn, type Operation } from "../draft.ts";
import { rowId } from "../shape.ts";

/** What a column may hold. */
export const rules = {
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
} satisfies Record<string, Operation>;
