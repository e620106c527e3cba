import { sqlstateOf } from "../database/sqlstate.ts";
import type { Look } from "./observe-database.ts";
import type { Query } from "./query.ts";

/**
 * Writes down who has sessions on a target, and that those who had have none now. The time is the control database's,
 * as that of whoever reads it is: servers' clocks may differ.
 */
export async function recordSightings(
  query: Query,
  { environment, database, look }: { environment: string; database: string; look: Look },
): Promise<void> {
  const seen = look.sessions.map(({ applicationName, sessions }) => ({
    application_name: applicationName,
    sessions,
  }));
  try {
    await query(
      `with seen as (
         select application_name, sessions
           from jsonb_to_recordset($3::jsonb) as one (application_name text, sessions integer)
       ), gone as (
         update interlock_control.sightings set sessions = 0
          where environment = $1::text and database = $2::text and sessions > 0
            and application_name not in (select application_name from seen)
       )
       insert into interlock_control.sightings
         (environment, database, application_name, sessions, first_seen_at, last_seen_at)
       select $1::text, $2::text, application_name, sessions, clock_timestamp(), clock_timestamp() from seen
       on conflict (environment, database, application_name) do update
         set sessions = excluded.sessions, last_seen_at = greatest(sightings.last_seen_at, excluded.last_seen_at)`,
      [environment, database, JSON.stringify(seen)],
    );
  } catch (error) {
    // The database was removed from its environment meanwhile: who was there does not matter any more.
    if (sqlstateOf(error) !== "23503") throw error;
  }
}
