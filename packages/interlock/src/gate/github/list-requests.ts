import type { GithubRequest } from "../../api/github.ts";
import type { Control } from "../../control/control.ts";

const select = `
select id, repository, github_environment as "githubEnvironment", sha, state,
  received_at as "receivedAt", ended_at as "endedAt", decisions, why
from interlock_control.github_requests order by received_at desc, id limit 100`;

type Row = Omit<GithubRequest, "receivedAt" | "endedAt"> & { receivedAt: Date; endedAt: Date | null };

/** The last hundred deployments that GitHub asked about, newest first. */
export async function listGithubRequests(control: Control): Promise<GithubRequest[]> {
  const rows = await control.query<Row>(select);
  return rows.map((row) => ({
    ...row,
    receivedAt: row.receivedAt.toISOString(),
    endedAt: row.endedAt?.toISOString() ?? null,
  }));
}
