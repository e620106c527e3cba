import type { Control } from "../../control/control.ts";
import type { Claimed, Outcome } from "./delivery.ts";
import { restAfter } from "./retry-schedule.ts";

/** What is this old is told nobody any more: longer than every rest of the schedule together. */
const oldestDays = 4;

export interface Ended {
  delivery: Claimed;
  outcome: Outcome;
}

/** How a delivery stands after its outcome was recorded; undefined where another server has it by now. */
export type Recorded = Map<string, "waiting" | "sent" | "failed" | "given-up" | "dropped">;

/**
 * Records what came of deliveries, in one statement. Only what this server still has is changed. A failed one that
 * a later message of its thread contains is dropped instead of being tried again.
 */
export async function recordOutcomes(
  { control }: { control: Control },
  { server, ended }: { server: string; ended: readonly Ended[] },
): Promise<Recorded> {
  const rows = await control.query<{ number: string; state: "waiting" | "sent" }>(recordSql, [
    JSON.stringify(ended.map(recordOf)),
    server,
    oldestDays,
  ]);
  return new Map(rows.map(({ number, state }) => [number, state]));
}

interface OutcomeRecord {
  number: string;
  state: string;
  afterMs: number;
  counts: boolean;
  doubt: boolean;
  problem: string | null;
}

function recordOf({ delivery: { number, kind, attempts }, outcome }: Ended): OutcomeRecord {
  const record = { number, afterMs: 0, counts: true, doubt: false, problem: null };
  switch (outcome.state) {
    case "sent":
      return { ...record, state: "sent" };
    case "dropped":
    case "failed":
      return { ...record, state: outcome.state, problem: outcome.problem };
    case "released":
      return { ...record, state: "waiting", counts: false, ...pick(outcome) };
    case "failed-for-now": {
      const rest = restAfter(attempts, { urgent: kind === "call" });
      const { problem, doubt } = outcome;
      if (rest === undefined) return { ...record, state: "given-up", problem, doubt };
      return { ...record, state: "waiting", afterMs: rest, problem, doubt };
    }
  }
}

function pick({ afterMs, problem }: { afterMs: number; problem: string | null }) {
  return { afterMs: Math.round(afterMs), problem };
}

const recordSql = `with outcomes as (
    select * from jsonb_to_recordset($1::jsonb) as o (number bigint, state text, "afterMs" integer, counts boolean,
      doubt boolean, problem text)
  ), judged as (
    select d.number, o."afterMs" as after_ms, o.counts, o.doubt,
           case when o.state <> 'waiting' then o.state
                when o.counts and exists (
                  select from interlock_control.deliveries n
                   where n.receiver = d.receiver and n.thread = d.thread and n.kind = d.kind and n.number > d.number
                     and n.state = 'waiting') then 'dropped'
                when d.made_at < clock_timestamp() - make_interval(days => $3::integer) then 'given-up'
                else 'waiting' end as state,
           o.problem
      from outcomes o join interlock_control.deliveries d on d.number = o.number
  )
  update interlock_control.deliveries d
     set state = j.state, server = null, lease_until = null,
         attempts = d.attempts - case when j.counts then 0 else 1 end,
         doubts = d.doubts + case when j.doubt then 1 else 0 end,
         due_at = case when j.state = 'waiting' then clock_timestamp() + make_interval(secs => j.after_ms / 1000.0)
                       else d.due_at end,
         ended_at = case when j.state = 'waiting' then null else clock_timestamp() end,
         problem = coalesce(j.problem, case when j.state = 'sent' then null else d.problem end)
    from judged j
   where d.number = j.number and d.state = 'sending' and d.server = $2::text
  returning d.number, d.state`;
