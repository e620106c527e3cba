import type { Client } from "pg";
import type { Migration } from "../migration/migration.ts";
import { runsInTransaction } from "../migration/transactional.ts";
import type { Shadow } from "../shadow/open-shadow.ts";
import { parseStatements } from "../sql/parse.ts";
import type { Workload } from "../workload/workload.ts";
import { planSources, type PlanResult } from "./plan-change.ts";
import { phaseNames, type Plan } from "./plan.ts";

/** A change as a test writes it: the schema before it, the migration, and the statements of both versions. */
export interface TestChange {
  before: string;
  migration: string;
  old?: string[];
  new?: string[];
}

export function migrationOf(text: string): Migration {
  const statements = parseStatements(text, "change.sql");
  return { path: "change.sql", text, statements, transactional: runsInTransaction(statements) };
}

export function workloadOf(version: string, statements: readonly string[]): Workload {
  return {
    format: "interlock-workload/1",
    app: "app",
    version,
    statements: statements.map((sql, at) => ({ name: `s${String(at + 1)}`, sql })),
  };
}

/** Plans and proves it on the shadow. */
export function planTestChange(shadow: Shadow, change: TestChange): Promise<PlanResult> {
  return planSources({
    files: [migrationOf(change.migration)],
    baseline: async (client: Client) => {
      await client.query(change.before);
    },
    old: [workloadOf("1", change.old ?? [])],
    new: [workloadOf("2", change.new ?? [])],
    shadow,
  });
}

/** A plan as one line a step: "expand-1 ddl: add column t.b integer". */
export function outline({ phases }: Plan): string[] {
  return phaseNames.flatMap((phase) => phases[phase].map(({ id, kind, title }) => `${id} ${kind}: ${title}`));
}
