import type { Client } from "pg";
import { sessionIsGone } from "../database/sqlstate.ts";
import type { BatchedStep } from "../plan/plan.ts";
import { findParts, type BackfillPart } from "./backfill-parts.ts";
import { cutRanges } from "./cut-ranges.ts";
import { readEarlierBackfill } from "./earlier-backfill.ts";
import type { Execution, StepTask } from "./execution.ts";
import { beginRanges, readRanges, takeUpRanges, type RangeRecord } from "./ranges-journal.ts";
import { stepFailed } from "./step-failure.ts";

/** Whether a row must not be met twice: what it would be set to depends on what it was set to already. */
export function isOnce({ step, record }: StepTask<BatchedStep>): boolean {
  if (step.kind === "copy") return false;
  return step.once ?? (record.phase === "contract" || step.where === null);
}

/** Takes up what the journal has of a step, or begins its first pass. Returns the ranges of the pass under way. */
export async function takeUp(
  execution: Execution,
  task: StepTask<BatchedStep>,
): Promise<{ all: RangeRecord[]; takenUp: number }> {
  const { client } = execution.session;
  const place = { number: task.change.number, ordinal: task.record.ordinal };
  let all = await readRanges(client, place);
  if (all.length === 0) {
    await beginRanges(client, { ...place, pass: 1, parts: await partsToBegin(execution, task) });
    all = await readRanges(client, place);
  }
  return { all, takenUp: await takeUpRanges(client, place) };
}

/** What the first pass goes over: the rest of what an earlier version of this program had begun, or everything. */
async function partsToBegin(
  execution: Execution,
  task: StepTask<BatchedStep>,
): Promise<(BackfillPart & { lastKey?: string[] | null })[]> {
  const { client } = execution.session;
  const place = { number: task.change.number, ordinal: task.record.ordinal };
  const once = isOnce(task);
  const earlier = await readEarlierBackfill(client, place);
  const rest = earlier?.parts.slice(earlier.part) ?? [];
  // Keys that it went by go on being gone by only where no row may be met twice.
  if (earlier !== undefined && (once || rest.every(({ by }) => by === "block"))) {
    return rest.map((part, at) => ({ ...part, lastKey: at === 0 ? earlier.lastKey : null }));
  }
  return cutRanges(await partsOf(client, task));
}

/** The parts of a step's table as it is now. */
export async function partsOf(client: Client, task: StepTask<BatchedStep>): Promise<BackfillPart[]> {
  const { step, change } = task;
  try {
    return await findParts(client, { relation: step.relation, key: step.key, once: isOnce(task) });
  } catch (error) {
    throw sessionIsGone(error) ? error : stepFailed({ error, step, state: change.state });
  }
}
