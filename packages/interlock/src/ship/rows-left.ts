import type { Client } from "pg";
import { blockLeftSql } from "../plan/backfill-sql.ts";
import { copyLeftSql } from "../plan/copy-sql.ts";
import type { BatchedStep } from "../plan/plan.ts";
import type { BackfillPart } from "./backfill-parts.ts";
import { forEachStretch } from "./each-stretch.ts";
import type { Execution, StepTask } from "./execution.ts";

/**
 * Whether rows are left that the step is for: something moved them past the walk and not past the sync's triggers.
 * It looks at a stretch of blocks at a time, so that no statement and no snapshot lasts long.
 */
export async function rowsAreLeft(
  execution: Execution,
  { task, parts }: { task: StepTask<BatchedStep>; parts: readonly BackfillPart[] },
): Promise<boolean> {
  const { step, change } = task;
  if (step.kind === "copy" ? step.how === "update" : step.where === null) return false;
  for (const part of parts) {
    if (part.by === "key") continue;
    const found = await forEachStretch(execution, {
      state: change.state,
      from: 0,
      blocks: part.blocks,
      look: (client, stretch) => isLeft(client, step, { relation: part.relation, ...stretch }),
      looked: (left) => left,
    });
    if (found) return true;
  }
  return false;
}

async function isLeft(
  client: Client,
  step: BatchedStep,
  place: Parameters<typeof blockLeftSql>[1],
): Promise<boolean> {
  const sql = step.kind === "copy" ? copyLeftSql(step, place) : blockLeftSql(step, place);
  return (await client.query<{ left: boolean }>(sql)).rows[0]?.left === true;
}
