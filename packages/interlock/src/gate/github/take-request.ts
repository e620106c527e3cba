import type { Control } from "../../control/control.ts";
import { newId } from "../../std/new-id.ts";
import { Failure } from "../../std/failure.ts";
import { isCallbackOf, type ProtectionRequest } from "./protection-request.ts";
import type { GithubSettings } from "./settings.ts";

/** A deployment is answered once. Only what could not be delivered to GitHub is taken up again by a redelivery. */
const insert = `
insert into interlock_control.github_requests
  (id, delivery, repository, installation, deployment, github_environment, sha, callback_url, state)
values ($1::text, $2::text, $3::text, $4::bigint, $5::bigint, $6::text, $7::text, $8::text, 'waiting')
on conflict (repository, deployment, github_environment) do update
  set state = 'waiting', delivery = excluded.delivery, received_at = pg_catalog.clock_timestamp(),
      next_at = pg_catalog.clock_timestamp(), tries = 0, why = null, ended_at = null
  where github_requests.state = 'failed'
returning id`;

/**
 * Notes down a deployment that GitHub holds; the leader answers it. Gives back whether it is new. Throws `Failure`
 * "github-callback-refused" where the answer would go somewhere else than to GitHub.
 */
export async function takeRequest(
  { control, settings }: { control: Control; settings: GithubSettings },
  { request, delivery }: { request: ProtectionRequest; delivery: string },
): Promise<boolean> {
  const repository = request.repository.full_name.toLowerCase();
  const url = request.deployment_callback_url;
  if (!isCallbackOf(settings.api, { url, repository })) {
    throw new Failure({
      code: "github-callback-refused",
      message: "The answer is not sent to the address in the request.",
      why: `It is not that of a run's protection rule of ${repository} at ${settings.api}.`,
      state: "Nothing was noted down.",
      next: "For GitHub Enterprise Server set INTERLOCK_GITHUB_API to its API's address.",
    });
  }
  return control.transact(async (transaction) => {
    const [row] = await transaction.query<{ id: string }>(insert, [
      newId("ghr"),
      delivery,
      repository,
      request.installation.id,
      request.deployment.id,
      request.environment,
      request.deployment.sha,
      url,
    ]);
    if (row === undefined) return false;
    const detail = { repository, githubEnvironment: request.environment, sha: request.deployment.sha };
    transaction.audit({ actor: `github:${repository}`, action: "github.ask", subject: row.id, detail });
    transaction.emit({ kind: "github-asked", subject: row.id, detail });
    return true;
  });
}
