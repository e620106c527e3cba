import type { Control } from "../control/control.ts";

/** Figures by the minute are kept this long: a little more than the 90 days that a status page shows. */
const minutesKeptDays = 100;

/** Forgets single results after an hour or 150 intervals, figures after 100 days, workers that are gone for a day. */
export async function forgetOldResults(control: Control): Promise<void> {
  await control.query(
    `delete from interlock_control.probe_results r using interlock_control.probes p
      where p.id = r.probe
        and r.at < clock_timestamp() - greatest(interval '1 hour', p.interval_ms * 150 * interval '1 millisecond')`,
  );
  await control.query(
    "delete from interlock_control.probe_minutes where minute < clock_timestamp() - make_interval(days => $1::integer)",
    [minutesKeptDays],
  );
  await control.query(
    "delete from interlock_control.probe_workers where seen_at < clock_timestamp() - interval '1 day'",
  );
}
