import type { Series } from "../../api/maintenances.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { requireEnvironment } from "../../gate/reach.ts";
import { readClock } from "../clock.ts";
import { alreadyEnded, notFound } from "../refused.ts";
import { findMaintenance } from "./find-maintenance.ts";
import { seriesColumns, seriesOf, type SeriesRow } from "./series.ts";
import { takeMaintenanceStep } from "./step-maintenance.ts";

/**
 * Ends a series: no more windows are made, and those that have not begun are cancelled, in public. Throws `Failure`
 * "already-ended", "not-found" or "forbidden".
 */
export async function endSeries(
  { control }: { control: Control },
  { series: id, caller }: { series: string; caller: Caller },
): Promise<Series> {
  return control.transact(async (transaction) => {
    const { query, audit, emit } = transaction;
    const [known] = await query<{ environment: string }>(
      "select environment from interlock_control.maintenance_series where id = $1::text for update",
      [id],
    );
    if (known === undefined) {
      throw notFound(
        `series ${id}`,
        "See which there are: interlock maintenance series list --env ENVIRONMENT",
      );
    }
    const { environment } = known;
    requireEnvironment(caller, environment);
    const at = await readClock(query);
    const [row] = await query<SeriesRow>(
      `update interlock_control.maintenance_series set ended_at = $2::timestamptz
        where id = $1::text and ended_at is null returning ${seriesColumns}`,
      [id, at],
    );
    if (row === undefined)
      throw alreadyEnded(`${id} was ended before.`, { next: "There is nothing to end." });
    const upcoming = await query<{ id: string }>(
      `select id from interlock_control.maintenances where series = $1::text and status = 'scheduled'
        order by id for no key update`,
      [id],
    );
    for (const { id: maintenance } of upcoming) {
      const window = await findMaintenance(query, maintenance);
      await takeMaintenanceStep(transaction, { row: window, step: "cancel", said: {}, at, caller });
    }
    const detail = { cancelled: upcoming.length };
    audit({ actor: caller.owner, action: "maintenance.end-series", environment, subject: id, detail });
    emit({ kind: "maintenance-series-ended", environment, subject: id, detail });
    return seriesOf(row);
  });
}
