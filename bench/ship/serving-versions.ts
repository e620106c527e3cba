import { Client } from "pg";
import type { Place } from "./site.ts";

/** The releases of the Payment API that have sent the database something within the last `withinMs`. */
export async function servingVersions({ connection }: Place, withinMs: number): Promise<string[]> {
  const client = new Client({ ...connection, application_name: "audit" });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string }>(
      `select split_part(application_name, '@', 2) as version from pg_stat_activity
       where datname = current_database() and starts_with(application_name, 'payments@')
       group by 1
       having bool_or(query_start > clock_timestamp() - make_interval(secs => $1::double precision / 1000))
       order by 1`,
      [withinMs],
    );
    return rows.map(({ version }) => version);
  } finally {
    await client.end();
  }
}
