import { deparseSync } from "pgsql-deparser";
import type { Node } from "libpg-query";
import type { Relation } from "./plan.ts";

/** One command of an ALTER TABLE as a statement of its own. */
export function printCommand({ table, command }: { table: Relation; command?: Node }): string {
  if (command === undefined) throw new Error("the operation is no command of an ALTER TABLE");
  const statement: Node = {
    AlterTableStmt: {
      relation: { schemaname: table.schema, relname: table.name, inh: true, relpersistence: "p" },
      cmds: [command],
      objtype: "OBJECT_TABLE",
    },
  };
  return deparseSync(statement, { pretty: false }).replace(/;\s*$/, "");
}
