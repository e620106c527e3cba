import type { Query } from "../environment/query.ts";
import { burnWindows, type Counted } from "./burn-rate.ts";

/** The results of a probe within each window of the burn rates, by its length in minutes. */
export async function readCounted(query: Query, probe: string): Promise<Map<number, Counted>> {
  const lengths = [
    ...new Set(burnWindows.flatMap(({ longMinutes, shortMinutes }) => [longMinutes, shortMinutes])),
  ];
  const rows = await query<{ minutes: number; ok: number; failed: number }>(
    `select w.minutes, coalesce(sum(m.ok), 0)::integer as ok, coalesce(sum(m.failed), 0)::integer as failed
       from unnest($2::integer[]) w(minutes)
       left join interlock_control.probe_minutes m
         on m.probe = $1::text and m.minute > clock_timestamp() - make_interval(mins => w.minutes)
      group by w.minutes`,
    [probe, lengths],
  );
  return new Map(rows.map(({ minutes, ok, failed }) => [minutes, { ok, failed }]));
}
