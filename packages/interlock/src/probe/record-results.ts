import type { NewResult } from "../api/probes.ts";
import type { Control } from "../control/control.ts";

/** Results that are older say nothing of now any more, and a clock that far ahead is wrong. */
const oldestMinutes = 10;

export interface ResultReport {
  environment: string;
  worker: string;
  lateMs: number;
  results: readonly NewResult[];
}

/**
 * Keeps results: one that was sent twice counts once. Results of probes of another environment, that were removed or
 * are paused, and those that are too old are passed over. Answers the probes that there are new results of.
 */
export async function recordResults(control: Control, report: ResultReport): Promise<string[]> {
  const { environment, worker, lateMs, results } = report;
  await control.query(
    `insert into interlock_control.probe_workers (environment, worker, seen_at, late_ms)
     values ($1::text, $2::text, clock_timestamp(), $3::integer)
     on conflict (environment, worker) do update set seen_at = excluded.seen_at, late_ms = excluded.late_ms`,
    [environment, worker, lateMs],
  );
  if (results.length === 0) return [];
  const rows = await control.query<{ probe: string }>(recordSql, [
    environment,
    worker,
    JSON.stringify(results),
    oldestMinutes,
  ]);
  return rows.map(({ probe }) => probe);
}

const recordSql = `
with sent as (
  select r.* from jsonb_to_recordset($3::jsonb)
      r(probe text, slot bigint, at timestamptz, outcome text, "latencyMs" integer, "errorKind" text, error text)
    join interlock_control.probes p on p.id = r.probe
   where p.environment = $1::text and p.removed_at is null and not p.is_paused
     and r.at between clock_timestamp() - make_interval(mins => $4::integer) and clock_timestamp() + interval '1 minute'
), kept as (
  insert into interlock_control.probe_results (probe, worker, slot, at, outcome, latency_ms, error_kind, error)
  select probe, $2::text, slot, at, outcome, "latencyMs", "errorKind", error from sent
  on conflict (probe, worker, slot) do nothing
  returning probe, at, outcome, latency_ms, error_kind
), kinds as (
  select probe, date_trunc('minute', at) as minute, error_kind, count(*)::integer as count
    from kept where outcome = 'failed' and error_kind is not null group by 1, 2, 3
), minutes as (
  select probe, date_trunc('minute', at) as minute,
         count(*) filter (where outcome = 'ok')::integer as ok,
         count(*) filter (where outcome = 'failed')::integer as failed,
         count(*) filter (where outcome = 'unknown')::integer as unknown,
         coalesce(sum(latency_ms) filter (where outcome = 'ok'), 0)::bigint as latency_sum_ms,
         coalesce(max(latency_ms) filter (where outcome = 'ok'), 0)::integer as latency_max_ms
    from kept group by 1, 2
), counted as (
  insert into interlock_control.probe_minutes as m
    (probe, minute, ok, failed, unknown, latency_sum_ms, latency_max_ms, errors)
  select n.probe, n.minute, n.ok, n.failed, n.unknown, n.latency_sum_ms, n.latency_max_ms,
         coalesce((select jsonb_object_agg(k.error_kind, k.count) from kinds k
                    where k.probe = n.probe and k.minute = n.minute), '{}')
    from minutes n order by n.probe, n.minute
  on conflict (probe, minute) do update
    set ok = m.ok + excluded.ok, failed = m.failed + excluded.failed, unknown = m.unknown + excluded.unknown,
        latency_sum_ms = m.latency_sum_ms + excluded.latency_sum_ms,
        latency_max_ms = greatest(m.latency_max_ms, excluded.latency_max_ms),
        errors = (select coalesce(jsonb_object_agg(name, total), '{}')
                    from (select name, sum(value::integer)::integer as total
                            from (select * from jsonb_each_text(m.errors) union all
                                  select * from jsonb_each_text(excluded.errors)) both_of_them(name, value)
                           group by name) added)
)
select distinct probe from kept order by probe`;
