import type { Query } from "../environment/query.ts";
import { burnWindows, type Counted } from "./burn-rate.ts";

/** The results of a probe within each window of the burn rates, by its length in minutes. */
export async function readCounted(query: Query, probe: string): Promise<Map<number, Counted>> {
  const lengths = [
    ...new Set(burnWindows.flatMap(({ longMinutes, shortMinutes }) => [longMinutes, shortMinutes])),
  ];
  const rows = await query<{ minutes: number; ok: number; failed: number; due: number }>(
    `select w.minutes, coalesce(sum(m.ok), 0)::integer as ok, coalesce(sum(m.failed), 0)::integer as failed,
            (w.minutes::bigint * 60000 / p.interval_ms)::integer as due
       from unnest($2::integer[]) w(minutes)
       join interlock_control.probes p on p.id = $1::text
       left join interlock_control.probe_minutes m
         on m.probe = p.id and m.minute > clock_timestamp() - make_interval(mins => w.minutes)
      group by w.minutes, p.interval_ms`,
    [probe, lengths],
  );
  return new Map(rows.map(({ minutes, ok, failed, due }) => [minutes, { ok, failed, due }]));
}
