import type { Database } from "../api/environments.ts";
import { findEnvironment } from "./find-environment.ts";
import type { Query } from "./query.ts";

/** The databases of an environment, by name. Throws `Failure` "not-found". */
export async function listDatabases(query: Query, environment: string): Promise<Database[]> {
  await findEnvironment(query, environment);
  const rows = await query<{ name: string; place: string; is_canary: boolean; added_at: Date }>(
    `select name, place, is_canary, added_at from interlock_control.databases
      where environment = $1::text order by name`,
    [environment],
  );
  return rows.map(({ name, place, is_canary: isCanary, added_at: addedAt }) => ({
    environment,
    name,
    place,
    isCanary,
    addedAt: addedAt.toISOString(),
  }));
}
