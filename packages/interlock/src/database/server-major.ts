import type { Client } from "pg";

/** The major version of the server: 18. */
export async function serverMajor(client: Client): Promise<number> {
  const { rows } = await client.query<{ major: number }>(
    "select pg_catalog.current_setting('server_version_num')::integer / 10000 as major",
  );
  const [row] = rows;
  if (row === undefined) throw new Error("a select without from answers one row");
  return row.major;
}
