import { systemCaller } from "../../access/system-caller.ts";
import { nextWindow } from "../../gate/schedule/schedule.ts";
import { messageOf } from "../../std/failure.ts";
import type { IncidentServices } from "../services.ts";
import { writeMaintenance } from "./schedule-maintenance.ts";
import { seriesColumns, type SeriesRow } from "./series.ts";

/** How long before they begin windows of a series are announced. */
const aheadMs = 14 * 86_400_000;
/** Windows of a series that one look makes at most. */
const mostWindows = 50;

/**
 * Makes the maintenances of series that begin in the next two weeks, each once, whichever server does it. A series
 * that can't be carried on, as its component has gone, keeps no other from it. Gives back how many were made.
 */
export async function materialiseSeries(
  { control, log }: Pick<IncidentServices, "control" | "log">,
  at: Date,
): Promise<number> {
  const all = await control.query<SeriesRow>(
    `select ${seriesColumns} from interlock_control.maintenance_series where ended_at is null order by id`,
  );
  let made = 0;
  for (const series of all) {
    try {
      for (const { from, until } of windowsOf(series, at)) {
        const written = await control.transact(async (transaction) => {
          // Whoever ends the series is waited for.
          const open = await transaction.query(
            "select from interlock_control.maintenance_series where id = $1::text and ended_at is null for share",
            [series.id],
          );
          const occurrence = new Date(from);
          const known = await transaction.query(
            "select from interlock_control.maintenances where series = $1::text and occurrence = $2::timestamptz",
            [series.id, occurrence],
          );
          if (open.length === 0 || known.length > 0) return undefined;
          return writeMaintenance(transaction, {
            environment: series.environment,
            maintenance: {
              titles: series.titles,
              components: series.components,
              scheduledFor: occurrence.toISOString(),
              scheduledUntil: new Date(until).toISOString(),
              ...(Object.keys(series.descriptions).length === 0 ? {} : { texts: series.descriptions }),
              progressesByItself: series.progresses_by_itself,
              remindMinutes: series.remind_minutes,
              isPublic: true,
              notify: true,
            },
            series: { id: series.id, occurrence },
            caller: systemCaller,
          });
        });
        if (written !== undefined) made += 1;
      }
    } catch (error) {
      log.warn(
        { series: series.id, error: messageOf(error) },
        "a series of maintenances could not be carried on",
      );
    }
  }
  return made;
}

/** The windows that begin from a moment on, as far ahead as they are announced. */
function windowsOf({ schedule }: SeriesRow, at: Date): { from: number; until: number }[] {
  const windows: { from: number; until: number }[] = [];
  let after = at;
  while (windows.length < mostWindows) {
    const window = nextWindow(schedule, after);
    if (window === undefined || window.from > at.getTime() + aheadMs) break;
    windows.push(window);
    after = new Date(window.from + 1);
  }
  return windows;
}
