import type { Client } from "pg";
import type { StepState } from "./journal-record.ts";

/** Which step of which change. */
export interface StepPlace {
  number: string;
  ordinal: number;
}

/** Notes that a step is begun, or begun again. A step that is done or undone stays so. */
export async function markRunning(client: Client, { number, ordinal }: StepPlace): Promise<void> {
  await client.query(
    `update interlock.steps
        set state = 'running', started_at = coalesce(started_at, clock_timestamp()), attempts = attempts + 1
      where change = $1::bigint and ordinal = $2::integer and state in ('pending', 'running')`,
    [number, ordinal],
  );
}

export async function markEnded(
  client: Client,
  { number, ordinal, state, rows = null }: StepPlace & { state: StepState; rows?: number | null },
): Promise<void> {
  await client.query(
    `update interlock.steps
        set state = $3::text, ended_at = clock_timestamp(), row_count = coalesce($4::bigint, row_count)
      where change = $1::bigint and ordinal = $2::integer`,
    [number, ordinal, state, rows],
  );
}

/** Settings, for the transaction, in which a step leaves its times for its journal row. */
export const lockWaitSetting = "interlock.lock_wait_ms";
export const lockHeldSetting = "interlock.lock_held_ms";

/**
 * The statement that ends a step inside the transaction that carries it out, written out in full so that it
 * travels in one message with the step's own statements.
 */
export function endedSql({ number, ordinal, state }: StepPlace & { state: StepState }): string {
  return `update interlock.steps
     set state = '${state}', ended_at = clock_timestamp(),
         longest_lock_wait_ms = greatest(longest_lock_wait_ms, ${measured(lockWaitSetting)}),
         longest_lock_held_ms = greatest(longest_lock_held_ms, ${measured(lockHeldSetting)})
   where change = ${String(BigInt(number))} and ordinal = ${String(ordinal)}
  returning ${measured(lockWaitSetting)} as lock_wait_ms, ${measured(lockHeldSetting)} as lock_held_ms`;
}

function measured(setting: string): string {
  return `coalesce(nullif(pg_catalog.current_setting('${setting}', true), '')::double precision, 0)`;
}
