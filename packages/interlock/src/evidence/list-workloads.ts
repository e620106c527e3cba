import type { StoredWorkload } from "../api/workloads.ts";
import type { Query } from "../environment/query.ts";

/** What is known of stored workloads, of one app or of all, the last pushed first. */
export async function listWorkloads(
  query: Query,
  { app, limit }: { app?: string | undefined; limit: number },
): Promise<StoredWorkload[]> {
  const rows = await query<{
    app: string;
    version: string;
    sha256: string;
    statements: number;
    pushed_at: Date;
    pushed_by: string;
  }>(
    `select app, version, sha256, jsonb_array_length(workload -> 'statements') as statements, pushed_at, pushed_by
       from interlock_control.workloads where $1::text is null or app = $1::text
      order by pushed_at desc, app, version limit $2::integer`,
    [app ?? null, limit],
  );
  return rows.map(({ pushed_at: pushedAt, pushed_by: pushedBy, ...row }) => ({
    ...row,
    pushedAt: pushedAt.toISOString(),
    pushedBy,
    replaced: false,
  }));
}
