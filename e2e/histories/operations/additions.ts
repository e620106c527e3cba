import { pick, addColumn, linkUp, plain, type Operation, type Draft, type Task } from "../draft.ts";
import { columnOf, uniqueValue, type Column } from "../shape.ts";

/** A column more. */
export const additions = {
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
    linkUp(draft, task.table, { name, up, from: column.name });
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
} satisfies Record<string, Operation>;

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
