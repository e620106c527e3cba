import { hostname, userInfo } from "node:os";
import type { Client } from "pg";
import type { FailureFacts } from "../std/failure.ts";
import { phaseNames, planSchema, type PhaseName, type Plan, type Step } from "../plan/plan.ts";
import type { Claim } from "./claims.ts";
import type { ChangeRecord, ChangeState, StepRecord } from "./journal-record.ts";

export type Decision = "ship" | "resume" | "rollback" | "force" | "accept-loss" | "contract";

/** Writes a new change with its steps, all pending, and its claims in one transaction. Returns its number. */
export async function beginChange(
  client: Client,
  { plan, target, claims }: { plan: Plan; target: PhaseName; claims: readonly Claim[] },
): Promise<string> {
  const steps = stepsOf(plan).map(({ ordinal, phase, step }) => ({ ordinal, phase, id: step.id }));
  const { rows } = await client.query<{ number: string }>(
    `with change as (
       insert into interlock.changes (plan_id, plan, state, target, executor)
       values ($1::text, $2::jsonb, 'expanding', $3::text, $4::text) returning number
     ), steps as (
       insert into interlock.steps (change, ordinal, id, phase, state)
       select change.number, step.ordinal, step.id, step.phase, 'pending'
         from change, jsonb_to_recordset($5::jsonb) as step (ordinal integer, id text, phase text)
     ), claims as (
       insert into interlock.claims (change, object, is_exclusive)
       select change.number, claim.object, claim."isExclusive"
         from change, jsonb_to_recordset($6::jsonb) as claim (object text, "isExclusive" boolean)
     ), decision as (
       insert into interlock.decisions (change, executor, decision, detail)
       select change.number, $4::text, 'ship', jsonb_build_object('target', $3::text) from change
     )
     select number from change`,
    [plan.id, JSON.stringify(plan), target, executorName(), JSON.stringify(steps), JSON.stringify(claims)],
  );
  const number = rows[0]?.number;
  if (number === undefined) throw new Error("insert … returning answers one row");
  return number;
}

interface ChangeRow {
  number: string;
  plan: unknown;
  state: ChangeState;
  target: PhaseName;
  started_at: Date;
  ended_at: Date | null;
  executor: string;
  failure: FailureFacts | null;
}

interface StepRow {
  ordinal: number;
  state: StepRecord["state"];
  started_at: Date | null;
  ended_at: Date | null;
  attempts: number;
  longest_lock_wait_ms: number;
  longest_lock_held_ms: number;
  row_count: string | null;
}

/** The changes that are not ended, in the order in which they were begun. */
export async function readOpenChanges(client: Client): Promise<ChangeRecord[]> {
  const { rows } = await client.query<{ number: string }>(
    "select number from interlock.changes where state not in ('done', 'rolled-back') order by number",
  );
  const changes: ChangeRecord[] = [];
  for (const { number } of rows) {
    const change = await readChange(client, { number });
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** The change that was begun last, ended ones after all others; with `planId` the last one of that plan. */
export async function readChange(
  client: Client,
  { planId, number }: { planId?: string; number?: string } = {},
): Promise<ChangeRecord | undefined> {
  const { rows } = await client.query<ChangeRow>(
    `select number, plan, state, target, started_at, ended_at, executor, failure
       from interlock.changes
      where ($1::text is null or plan_id = $1::text) and ($2::bigint is null or number = $2::bigint)
      order by state in ('done', 'rolled-back'), number desc limit 1`,
    [planId ?? null, number ?? null],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const plan = planSchema.parse(row.plan);
  const steps = await client.query<StepRow>(
    `select ordinal, state, started_at, ended_at, attempts, longest_lock_wait_ms, longest_lock_held_ms, row_count
       from interlock.steps where change = $1::bigint order by ordinal`,
    [row.number],
  );
  const known = new Map(stepsOf(plan).map((entry) => [entry.ordinal, entry]));
  return {
    number: row.number,
    plan,
    state: row.state,
    target: row.target,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    executor: row.executor,
    failure: row.failure,
    steps: steps.rows.map((step) => {
      const entry = known.get(step.ordinal);
      if (entry === undefined) throw new Error("the journal has a step that its plan has not");
      return {
        ...entry,
        state: step.state,
        startedAt: step.started_at,
        endedAt: step.ended_at,
        attempts: step.attempts,
        longestLockWaitMs: step.longest_lock_wait_ms,
        longestLockHeldMs: step.longest_lock_held_ms,
        rows: step.row_count === null ? null : Number(step.row_count),
      };
    }),
  };
}

/** Moves a change on, if it still is where the caller saw it. */
export async function setState(
  client: Client,
  { number, from, to }: { number: string; from: ChangeState; to: ChangeState },
): Promise<void> {
  const { rows } = await client.query(
    `with change as (
       update interlock.changes
          set state = $3::text, failure = null,
              ended_at = case when $3::text in ('done', 'rolled-back') then clock_timestamp() end
        where number = $1::bigint and state = $2::text returning number, ended_at
     ), claims as (
       delete from interlock.claims where change in (select number from change where ended_at is not null)
     )
     select number from change`,
    [number, from, to],
  );
  if (rows.length !== 1) throw new Error(`change ${number} was ${from} and is not any more`);
}

/** Notes that an executor takes a change up again: what it is to reach, and that the last failure is dealt with. */
export async function takeUp(
  client: Client,
  change: { number: string; target: PhaseName; decision: Decision; detail: object },
): Promise<void> {
  await client.query(
    `with change as (
       update interlock.changes set target = $2::text, executor = $3::text, failure = null
        where number = $1::bigint
     )
     insert into interlock.decisions (change, executor, decision, detail)
     values ($1::bigint, $3::text, $4::text, $5::jsonb)`,
    [change.number, change.target, executorName(), change.decision, JSON.stringify(change.detail)],
  );
}

/** Notes a decision about a change, for good. */
export async function noteDecision(
  client: Client,
  { number, decision, detail }: { number: string; decision: Decision; detail: object },
): Promise<void> {
  await client.query(
    `insert into interlock.decisions (change, executor, decision, detail)
     values ($1::bigint, $2::text, $3::text, $4::jsonb)`,
    [number, executorName(), decision, JSON.stringify(detail)],
  );
}

/** Whether a decision of this kind was ever made about a change. */
export async function hasDecision(
  client: Client,
  { number, decision }: { number: string; decision: Decision },
): Promise<boolean> {
  const { rows } = await client.query(
    "select from interlock.decisions where change = $1::bigint and decision = $2::text limit 1",
    [number, decision],
  );
  return rows.length > 0;
}

export async function noteFailure(
  client: Client,
  { number, failure }: { number: string; failure: FailureFacts },
): Promise<void> {
  await client.query("update interlock.changes set failure = $2::jsonb where number = $1::bigint", [
    number,
    JSON.stringify({ ...failure, cause: undefined }),
  ]);
}

/** A plan's steps in the order in which they are carried out, numbered from 1. */
function stepsOf(plan: Plan): { ordinal: number; phase: PhaseName; step: Step }[] {
  return phaseNames
    .flatMap((phase) => plan.phases[phase].map((step) => ({ phase, step })))
    .map((entry, index) => ({ ...entry, ordinal: index + 1 }));
}

/** Who is at work, for people: `deploy@build-7, process 4711`. */
function executorName(): string {
  return `${userName()}@${hostname()}, process ${String(process.pid)}`;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `uid ${String(process.getuid?.() ?? "unknown")}`;
  }
}
