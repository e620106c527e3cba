import type { Control } from "../control/control.ts";
import type { Alarm } from "./alarm.ts";

/** An alarm as it is kept. */
export interface RecordedAlarm extends Alarm {
  id: string;
  environment: string;
  database: string;
  /** Null while it is open. */
  clearedAt: string | null;
}

interface Row extends Omit<RecordedAlarm, "raisedAt" | "clearedAt"> {
  raised_at: Date;
  cleared_at: Date | null;
}

/** The alarms of an environment, the newest first. */
export async function listAlarms(
  control: Control,
  { environment, isOpen, limit }: { environment: string; isOpen: boolean; limit: number },
): Promise<RecordedAlarm[]> {
  const rows = await control.query<Row>(
    `select id, environment, database, app_version as "appVersion", statements, ddl, raised_at, cleared_at
       from interlock_control.alarms
      where environment = $1::text and (cleared_at is null or not $2::boolean)
      order by raised_at desc, id limit $3::integer`,
    [environment, isOpen, limit],
  );
  return rows.map(({ raised_at: raisedAt, cleared_at: clearedAt, ...alarm }) => ({
    ...alarm,
    raisedAt: raisedAt.toISOString(),
    clearedAt: clearedAt?.toISOString() ?? null,
  }));
}
