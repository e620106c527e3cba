import type { Client } from "pg";
import { connect } from "../database/connect.ts";
import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import type { BatchedStep } from "../plan/plan.ts";
import { Failure } from "../std/failure.ts";
import type { BackfillPace } from "./backfill-pace.ts";
import { endForSure } from "./end-for-sure.ts";
import type { Execution, StepTask } from "./execution.ts";
import { meaningOf } from "./journal-record.ts";
import { pause } from "./pause.ts";
import { RangePool } from "./range-pool.ts";
import { rangeTakenSqlstate, type RangeRecord } from "./ranges-journal.ts";
import { setUpSession } from "./session-set-up.ts";
import { RangeWorker } from "./walk-range.ts";

interface WalkOptions {
  task: StepTask<BatchedStep>;
  pace: BackfillPace;
  ranges: readonly RangeRecord[];
  takenUp: number;
  onProgress: (records: readonly RangeRecord[]) => void;
}

/** Longer than any batch may take: a helper that hears nothing for so long has lost its session. */
const answerMs = 90_000;
/** How often a helper that stands aside looks whether the others have gone. */
const standAsideMs = 200;

/**
 * Goes through the ranges of a pass: on the executor's session, and on sessions beside it for as long as nobody
 * else is at work, up to `jobs` together. Returns when all of them are through.
 */
export async function walkRanges(
  execution: Execution,
  options: WalkOptions,
): Promise<readonly RangeRecord[]> {
  const { ranges, pace, task, onProgress } = options;
  const pool = new RangePool(ranges);
  const onBatch = (record: RangeRecord): void => {
    pool.note(record);
    onProgress(pool.records);
  };
  const { client } = execution.session;
  const own = new RangeWorker(execution, { task, client, pace, onBatch, standsAside: () => pool.hasFailed });
  const { jobs } = execution.settings.backfill;
  const helpers = Array.from({ length: Math.min(jobs, ranges.length) - 1 }, () =>
    help(execution, { ...options, pool, onBatch }),
  );
  try {
    while (!pool.allEnded) {
      const range = pool.take();
      if (range === undefined) {
        await pool.changed();
        continue;
      }
      const left = await own.walk(range);
      pool.release(left);
    }
  } catch (error) {
    pool.fail(error);
    throw error;
  } finally {
    await Promise.all(helpers);
  }
  pool.rethrow();
  return pool.records;
}

/**
 * Works at ranges on a session of its own while nobody else is at work. What goes wrong with the session alone,
 * such as that there is no connection to be had, leaves the range to the others.
 */
async function help(
  execution: Execution,
  {
    pool,
    task,
    pace,
    takenUp,
    onBatch,
  }: WalkOptions & { pool: RangePool; onBatch: (record: RangeRecord) => void },
): Promise<void> {
  let client: Client | undefined;
  let range: RangeRecord | undefined;
  const stops = (): boolean => pool.hasFailed || execution.signal?.aborted === true;
  try {
    while (!pool.allEnded && !stops()) {
      if (!pace.isAlone || !pool.hasFree) {
        await pause(standAsideMs, execution.signal);
        continue;
      }
      client ??= await openHelper(execution, { pace, state: meaningOf(task.change.state) });
      range = pool.take();
      if (range === undefined) continue;
      const standsAside = (): boolean => !pace.isAlone || pool.hasFailed;
      const note = (record: RangeRecord): void => {
        range = record;
        onBatch(record);
      };
      const worker = new RangeWorker(execution, { task, client, pace, takenUp, standsAside, onBatch: note });
      pool.release(await worker.walk(range));
      range = undefined;
    }
  } catch (error) {
    if (!isOfSessionAlone(error)) pool.fail(error);
  } finally {
    if (range !== undefined) pool.release(range);
    if (client !== undefined) await endForSure(client);
  }
}

async function openHelper(
  { session, settings }: Execution,
  { pace, state }: { pace: BackfillPace; state: string },
): Promise<Client> {
  const client = await connect({ ...session.connection, query_timeout: answerMs }, { state });
  try {
    await setUpSession(client, settings);
    await pace.knowOwn(client);
    return client;
  } catch (error) {
    await endForSure(client);
    throw error;
  }
}

function isOfSessionAlone(error: unknown): boolean {
  if (sessionIsGone(error) || (error instanceof Error && error.message === "Query read timeout")) return true;
  if (!(error instanceof Failure)) return false;
  if (sqlstateOf(error.cause) === rangeTakenSqlstate) return true;
  return ["database-not-reachable", "database-not-ready", "too-many-connections"].includes(error.code);
}
