import type { Caller } from "../../access/caller.ts";
import { requireEverywhere } from "../../access/require-everywhere.ts";
import type { Control } from "../../control/control.ts";

export interface Build {
  repository: string;
  sha: string;
  app: string;
  version: string;
}

const putSql = `
insert into interlock_control.github_builds (repository, sha, app, version, pushed_by)
values ($1::text, $2::text, $3::text, $4::text, $5::text)
on conflict (repository, sha, app) do update
  set version = excluded.version, pushed_by = excluded.pushed_by, pushed_at = pg_catalog.clock_timestamp()
  where $6::boolean or github_builds.version = excluded.version
returning sha`;

/**
 * Notes down that a commit was built as an app version. A commit may be built as several apps, each in one version.
 * Throws `Failure` "forbidden" where a token for some environments would replace what all of them go by.
 */
export async function putBuild(
  { control }: { control: Control },
  { build, caller }: { build: Build; caller: Caller },
): Promise<Build> {
  const repository = build.repository.toLowerCase();
  const { sha, app, version } = build;
  await control.transact(async (transaction) => {
    const mayReplace = caller.environments === null;
    const put = await transaction.query(putSql, [repository, sha, app, version, caller.owner, mayReplace]);
    if (put.length === 0) requireEverywhere(caller, "name another version for a commit");
    const detail = { repository, sha, appVersion: `${app}@${version}` };
    transaction.audit({ actor: caller.owner, action: "github.build", subject: sha, detail });
    transaction.emit({ kind: "github-build-pushed", subject: sha, detail });
  });
  return { repository, sha, app, version };
}

const find = `
select repository, sha, app, version from interlock_control.github_builds
where repository = $1::text and sha = $2::text and ($3::text is null or app = $3::text)
order by app`;

/** The app versions that a commit was built as; those of one app where one is named. */
export async function findBuilds(
  control: Control,
  { repository, sha, app }: { repository: string; sha: string; app: string | null },
): Promise<Build[]> {
  return control.query<Build>(find, [repository.toLowerCase(), sha, app]);
}
