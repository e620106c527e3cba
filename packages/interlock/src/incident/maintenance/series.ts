import type { NewSeries, Series } from "../../api/maintenances.ts";
import type { Localised } from "../../api/localised.ts";
import type { Control } from "../../control/control.ts";

/** A series of maintenances as the control database has it. */
export interface SeriesRow {
  id: string;
  environment: string;
  titles: Localised;
  descriptions: Localised;
  components: string[];
  schedule: NewSeries["schedule"];
  progresses_by_itself: boolean;
  remind_minutes: number;
  created_at: Date;
  created_by: string;
  ended_at: Date | null;
}

export const seriesColumns =
  "id, environment, titles, descriptions, components, schedule, progresses_by_itself, remind_minutes, created_at, created_by, ended_at";

/** A series as it goes over the wire. */
export function seriesOf(row: SeriesRow): Series {
  return {
    id: row.id,
    environment: row.environment,
    titles: row.titles,
    components: row.components,
    schedule: row.schedule,
    remindMinutes: row.remind_minutes,
    progressesByItself: row.progresses_by_itself,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    endedAt: row.ended_at?.toISOString() ?? null,
  };
}

/** The series of an environment that go on (500 at most). */
export async function listSeries(
  { control }: { control: Pick<Control, "query"> },
  { environment }: { environment: string },
): Promise<Series[]> {
  const rows = await control.query<SeriesRow>(
    `select ${seriesColumns} from interlock_control.maintenance_series
      where environment = $1::text and ended_at is null order by created_at, id limit 500`,
    [environment],
  );
  return rows.map(seriesOf);
}
