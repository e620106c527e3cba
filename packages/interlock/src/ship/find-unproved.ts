import type { Client } from "pg";
import type { Plan } from "../plan/plan.ts";
import { shownNames } from "./live-versions.ts";
import type { LiveVersion } from "./ship-event.ts";

/**
 * Sessions of versions that the plan was not proved with, of apps that it was proved for: a fix of the old version,
 * released meanwhile, may well need what contract takes away.
 */
export async function findUnproved(
  client: Client,
  { old, new: coming }: Pick<Plan, "old" | "new">,
): Promise<LiveVersion[]> {
  const proved = [...old, ...coming];
  const apps = [...new Set(proved.map((version) => version.slice(0, version.lastIndexOf("@") + 1)))];
  if (apps.length === 0) return [];
  const { rows } = await client.query<{ name: string; pids: number[]; since: Date | null }>(
    `select application_name as name, array_agg(pid order by pid) as pids, min(backend_start) as since
       from pg_catalog.pg_stat_activity
      where datname = current_database() and pid <> pg_catalog.pg_backend_pid()
        and exists (select from unnest($1::text[]) as app where pg_catalog.starts_with(application_name, app))
        and application_name <> all ($2::text[])
      group by application_name order by application_name`,
    [apps, proved.flatMap(shownNames)],
  );
  return rows.map(({ name, pids, since }) => ({
    appVersion: name,
    pids,
    since: (since ?? new Date()).toISOString(),
  }));
}
