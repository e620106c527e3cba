import { Failure } from "../std/failure.ts";
import { findEnvironment } from "./find-environment.ts";
import type { Query } from "./query.ts";
import { releaseColumns, type ReleaseRow } from "./release.ts";

/** A release by its id, or the last one of an `app@version`: one that runs before one that ended. Throws "not-found". */
export async function findRelease(
  query: Query,
  { environment, release }: { environment: string; release: string },
): Promise<ReleaseRow> {
  await findEnvironment(query, environment);
  const [row] = await query<ReleaseRow>(
    `select ${releaseColumns} from interlock_control.releases
      where environment = $1::text and (id = $2::text or app || '@' || version = $2::text)
      order by state = 'running' desc, started_at desc limit 1`,
    [environment, release],
  );
  if (row !== undefined) return row;
  throw new Failure({
    code: "not-found",
    message: `The environment ${environment} has no release ${release}.`,
    state: "Nothing was changed.",
    next: `See which there are: interlock release list --env ${environment}`,
  });
}
