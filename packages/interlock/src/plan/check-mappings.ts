import type { Client } from "pg";
import { displayName, quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { printExpression } from "./expression.ts";
import type { Assembled } from "./assemble.ts";
import type { ChangeModel, Mapping, TableChange } from "./model.ts";
import { runStep } from "./run-step.ts";

/**
 * Has PostgreSQL itself read every mapping in the state in which the sync will compute it.
 * Throws `Failure` "mapping-not-valid" with the mapping's place.
 */
export async function checkMappings(options: {
  baseline: Baseline;
  model: ChangeModel;
  assembled: Assembled;
}): Promise<void> {
  const mapped = [...options.model.tables.values()].filter(
    ({ groups, fills }) => groups.length + fills.length > 0,
  );
  if (mapped.length === 0) return;
  const { sandbox } = options.baseline;
  const database = await sandbox.createDatabase(options.baseline.database);
  const client = await sandbox.migrator(database);
  try {
    // What can't run here is the proof's business, which moves it or says why.
    for (const step of options.assembled.phases.expand) {
      if (step.kind === "ddl") await runStep(client, step).catch(() => undefined);
    }
    for (const change of mapped) {
      for (const mapping of [...change.groups.flatMap(({ up, down }) => [...up, ...down]), ...change.fills]) {
        await checkOne(client, change, mapping);
      }
    }
  } finally {
    await client.end();
    await sandbox.dropDatabase(database);
  }
}

async function checkOne(client: Client, { relation }: TableChange, mapping: Mapping): Promise<void> {
  const table = quoteQualified(relation.schema, relation.name);
  const value = printExpression(mapping.expression);
  try {
    await client.query(`update ${table} set ${quoteIdentifier(mapping.column)} = ${value} where false`);
  } catch (error) {
    throw new Failure({
      code: "mapping-not-valid",
      message: `${mapping.source}: the mapping of ${displayName(relation.name, mapping.column)} does not work: ${messageOf(error)}.`,
      why: value,
      state: "Nothing was changed.",
      next: "Correct the expression. It may read the columns of the old and the new shape, and must give the column's type.",
      cause: error,
    });
  }
}
