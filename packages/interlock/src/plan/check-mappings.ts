import { shownName } from "./names.ts";
import type { Client } from "pg";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import { Failure, messageOf } from "../std/failure.ts";
import type { Baseline } from "../rehearsal/baseline.ts";
import { printExpression } from "./expression.ts";
import type { Assembled } from "./assemble.ts";
import { cannotPlan } from "./cannot-plan.ts";
import { relationKey } from "./draft.ts";
import type { UpdateRows } from "./operation.ts";
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
    ({ groups, fills, updatedLate }) => groups.length + fills.length + updatedLate.size > 0,
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
    for (const operation of options.model.operations) {
      const change =
        "table" in operation ? options.model.tables.get(relationKey(operation.table)) : undefined;
      if (operation.kind === "update-rows" && change !== undefined && change.updatedLate.size > 0) {
        await checkTwice(client, operation);
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
      message: `${mapping.source}: the mapping of ${shownName(relation, mapping.column)} does not work: ${messageOf(error)}.`,
      why: value,
      state: "Nothing was changed.",
      next: "Correct the expression. It may read the columns of the old and the new shape, and must give the column's type.",
      cause: error,
    });
  }
}

/**
 * The new version writes rows in the new way before the update reaches them, so an update that changes its own
 * outcome once more would spoil them. Throws `Failure` "cannot-plan".
 */
async function checkTwice(client: Client, operation: UpdateRows): Promise<void> {
  const { schema, name } = operation.table;
  const rows = `select coalesce(string_agg(t::text, e'\\n' order by t::text), '') as rows from ${quoteQualified(schema, name)} as t`;
  const run = async (): Promise<string> => {
    await client.query(operation.sql);
    return (await client.query<{ rows: string }>(rows)).rows[0]?.rows ?? "";
  };
  await client.query("begin");
  let once: string;
  let twice: string;
  try {
    [once, twice] = [await run(), await run()];
  } catch {
    // What rows refuse is told by the migration itself, which was run before.
    return;
  } finally {
    await client.query("rollback");
  }
  if (once === twice) return;
  throw cannotPlan(operation, {
    what: `the UPDATE changes ${shownName(operation.table)} again when it runs again, so rows that the new version wrote meanwhile would be changed twice.`,
    next: "Write the result to a new column, which makes the UPDATE a mapping, or say with WHERE which rows are still in the old form.",
  });
}
