import type { Release } from "../api/releases.ts";
import { findEnvironment } from "./find-environment.ts";
import type { Query } from "./query.ts";
import { releaseColumns, releaseOf, type ReleaseRow } from "./release.ts";

/** The last releases of an environment, newest first; with `isOpen` only those that run. Throws "not-found". */
export async function listReleases(
  query: Query,
  { environment, isOpen, limit }: { environment: string; isOpen: boolean; limit: number },
): Promise<Release[]> {
  await findEnvironment(query, environment);
  const rows = await query<ReleaseRow>(
    `select ${releaseColumns} from interlock_control.releases
      where environment = $1::text and (not $2::boolean or state = 'running')
      order by started_at desc, id limit $3::integer`,
    [environment, isOpen, limit],
  );
  const at = new Date();
  return rows.map((row) => releaseOf(row, at));
}
