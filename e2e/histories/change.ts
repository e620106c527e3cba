import type { Baseline } from "./baseline.ts";
import type { OperationChoice } from "./choices.ts";
import { addColumn, plain, type Draft, type Operation } from "./draft.ts";
import { additions } from "./operations/additions.ts";
import { columnsTakenOver } from "./operations/columns-taken-over.ts";
import { objects } from "./operations/objects.ts";
import { rules } from "./operations/rules.ts";
import type { Link, Table } from "./shape.ts";

/** A migration, and how its shape follows from the one before. */
export interface Change {
  migration: string;
  tables: Table[];
  links: Link[];
  /** What was taken up of the choices. */
  operations: string[];
}

const operations: Record<OperationChoice["name"], Operation> = {
  ...columnsTakenOver,
  ...additions,
  ...rules,
  ...objects,
};

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
    if (table !== undefined && operations[choice.name](draft, { ...choice, index, table: table.name }))
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
