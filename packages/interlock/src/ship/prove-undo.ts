import type { Client } from "pg";
import type { UndoProof } from "../plan/plan.ts";
import { quoteQualified } from "../sql/quote.ts";
import { cancellable } from "./cancellable.ts";
import type { Execution, StepTask } from "./execution.ts";
import { runLockedUndo } from "./locked-undo.ts";
import { retrying } from "./retrying.ts";

/**
 * Makes a constraint that a step's undo stands on: first without reading a row, then by reading every row under a
 * lock that keeps no live statement out. What an earlier try has made of it is taken as it is.
 */
export async function proveUndo(
  execution: Execution,
  { task, proof }: { task: StepTask; proof: UndoProof },
): Promise<void> {
  const { change, record, step } = task;
  const found = await constraintState(execution.session.client, proof);
  if (found === "valid") return;
  const common = { step, state: change.state, relations: step.relations };
  const { state } = record;
  if (found === "missing") {
    const lock = "AccessExclusiveLock";
    await retrying(execution, {
      ...common,
      lock,
      limitMs: execution.settings.lockBudgetMs,
      // It takes its locks itself: a foreign key less of them than the undo.
      attempt: () => runLockedUndo(execution, { task, relations: [], lock, statements: [proof.add], state }),
    });
  }
  const lock = "ShareUpdateExclusiveLock";
  await retrying(execution, {
    ...common,
    lock,
    attempt: () =>
      cancellable(execution, {
        state: change.state,
        run: () =>
          runLockedUndo(execution, { task, relations: [], lock, statements: [proof.validate], state }),
      }),
  });
}

async function constraintState(
  client: Client,
  { table, constraint }: UndoProof,
): Promise<"missing" | "not-valid" | "valid"> {
  const { rows } = await client.query<{ valid: boolean }>(
    `select convalidated as valid from pg_catalog.pg_constraint
      where conrelid = pg_catalog.to_regclass($1::text) and conname = $2::name`,
    [quoteQualified(table.schema, table.name), constraint],
  );
  const row = rows[0];
  if (row === undefined) return "missing";
  return row.valid ? "valid" : "not-valid";
}
