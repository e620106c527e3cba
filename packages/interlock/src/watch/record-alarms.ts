import type { Control } from "../control/control.ts";
import { newId } from "../std/new-id.ts";
import type { Alarm } from "./alarm.ts";

export interface WatchedPlace {
  environment: string;
  database: string;
}

interface Row {
  id: string;
  app_version: string;
  statements: Alarm["statements"];
  ddl: Alarm["ddl"];
  raised_at: Date;
}

/** The alarms of one database that are open, as they were recorded. */
export async function openAlarms(
  control: Control,
  { environment, database }: WatchedPlace,
): Promise<Alarm[]> {
  const rows = await control.query<Row>(
    `select id, app_version, statements, ddl, raised_at from interlock_control.alarms
      where environment = $1::text and database = $2::text and cleared_at is null order by raised_at`,
    [environment, database],
  );
  return rows.map((row) => ({
    appVersion: row.app_version,
    statements: row.statements,
    ddl: row.ddl,
    raisedAt: row.raised_at.toISOString(),
  }));
}

/** Records an alarm, or what changed in the one that is open for this version already. Answers its id. */
export async function raiseAlarm(
  control: Control,
  { environment, database, alarm }: WatchedPlace & { alarm: Alarm },
): Promise<string> {
  const { appVersion, statements, ddl, raisedAt } = alarm;
  return control.transact(async ({ query, emit }) => {
    // Two leaders may watch for a moment: one open alarm for each version is the table's own rule.
    const [row] = await query<{ id: string; is_new: boolean }>(
      `insert into interlock_control.alarms as a (id, environment, database, app_version, statements, ddl, raised_at)
       values ($1::text, $2::text, $3::text, $4::text, $5::jsonb, $6::jsonb, $7::timestamptz)
       on conflict (environment, database, app_version) where cleared_at is null
       do update set statements = excluded.statements, ddl = case when excluded.ddl = '[]' then a.ddl else excluded.ddl end
       returning id, id = $1::text as is_new`,
      [
        newId("alm"),
        environment,
        database,
        appVersion,
        JSON.stringify(statements),
        JSON.stringify(ddl),
        raisedAt,
      ],
    );
    if (row === undefined) throw new Error("insert … returning answers one row");
    emit({
      kind: row.is_new ? "alarm-raised" : "alarm-changed",
      environment,
      subject: row.id,
      detail: { database, appVersion, statements: statements.map(({ name }) => name) },
    });
    return row.id;
  });
}

/** Ends the open alarm of a version. Answers whether there was one: another server may have been first. */
export async function clearAlarm(
  control: Control,
  {
    environment,
    database,
    appVersion,
    why,
  }: WatchedPlace & { appVersion: string; why: "works" | "not-live" | "removed" },
): Promise<boolean> {
  return control.transact(async ({ query, emit }) => {
    const [row] = await query<{ id: string }>(
      `update interlock_control.alarms set cleared_at = clock_timestamp()
        where environment = $1::text and database = $2::text and app_version = $3::text and cleared_at is null
       returning id`,
      [environment, database, appVersion],
    );
    if (row === undefined) return false;
    emit({ kind: "alarm-cleared", environment, subject: row.id, detail: { database, appVersion, why } });
    return true;
  });
}
