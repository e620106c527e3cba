import type { NewSeries, Series } from "../../api/maintenances.ts";
import type { Caller } from "../../access/caller.ts";
import { environmentNotFound } from "../../gate/environment-not-found.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { checkSchedule } from "../../gate/schedule/schedule.ts";
import { Failure } from "../../std/failure.ts";
import { newId } from "../../std/new-id.ts";
import { readClock } from "../clock.ts";
import { findComponents } from "../components/find-component.ts";
import { conflict } from "../refused.ts";
import type { IncidentServices } from "../services.ts";
import { readPageLanguage } from "../status-page/read-status-page.ts";
import { gapsOf, requireComplete } from "../updates/require-complete.ts";
import { materialiseSeries } from "./materialise-series.ts";
import { seriesColumns, seriesOf, type SeriesRow } from "./series.ts";

/** Series of an environment at most. */
const mostSeries = 100;

/**
 * Announces maintenance that comes again and again, by the clock on the wall; the windows of the next days at once.
 * Throws `Failure` "schedule-not-valid", "language-missing", "conflict", "not-found" or "forbidden".
 */
export async function addSeries(
  services: Pick<IncidentServices, "control" | "log">,
  { environment, series, caller }: { environment: string; series: NewSeries; caller: Caller },
): Promise<Series> {
  requireEnvironment(caller, environment);
  const added = await services.control.transact(async ({ query, audit, emit }) => {
    const found = await query(
      "select from interlock_control.environments where name = $1::text for no key update",
      [environment],
    );
    if (found.length === 0) throw environmentNotFound(environment);
    requireSchedule(series, await readClock(query));
    await findComponents(query, { environment, keys: series.components });
    if (series.texts !== undefined) {
      const { locales } = await readPageLanguage(query);
      const written = locales.filter((locale) => series.texts?.[locale] !== undefined);
      const gaps = gapsOf(
        written.map((locale) => ({ locale, isStale: false })),
        locales,
      );
      requireComplete(gaps, { reason: undefined, command: "the same command with" });
    }
    const [row] = await query<SeriesRow>(insertSql, [
      newId("ser"),
      environment,
      JSON.stringify(series.titles),
      JSON.stringify(series.texts ?? {}),
      series.components,
      JSON.stringify(series.schedule),
      series.progressesByItself,
      series.remindMinutes,
      caller.owner,
      mostSeries,
    ]);
    if (row === undefined) {
      throw conflict(`${environment} has ${String(mostSeries)} series already.`, {
        next: "End one: interlock maintenance series end",
      });
    }
    const detail = { titles: series.titles, components: series.components, schedule: series.schedule };
    audit({ actor: caller.owner, action: "maintenance.add-series", environment, subject: row.id, detail });
    emit({ kind: "maintenance-series-added", environment, subject: row.id, detail });
    return seriesOf(row);
  });
  await materialiseSeries(services, new Date(added.createdAt));
  return added;
}

/** A series is told of in its own words; what is wrong with the schedule is the same as of a freeze. */
function requireSchedule({ schedule }: NewSeries, at: Date): void {
  try {
    checkSchedule(schedule, at);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure({
      code: error.code,
      message: "The series has no schedule that can be kept.",
      ...(error.why === undefined ? {} : { why: error.why }),
      state: "Nothing was changed.",
      next: 'Write --weekly "sun 02:00 - sun 03:00", or --start, --rrule and --duration, with --time-zone.',
    });
  }
}

const insertSql = `insert into interlock_control.maintenance_series
    (id, environment, titles, descriptions, components, schedule, progresses_by_itself, remind_minutes, created_by)
  select $1::text, $2::text, $3::jsonb, $4::jsonb, $5::text[], $6::jsonb, $7::boolean, $8::integer, $9::text
   where (select count(*) from interlock_control.maintenance_series
           where environment = $2::text and ended_at is null) < $10::integer
  returning ${seriesColumns}`;
