import type { Control } from "../../control/control.ts";
import type { Work } from "../../control/work.ts";
import type { Log } from "../../std/log.ts";
import { factsOf } from "../../std/failure.ts";
import { sleep } from "../../std/sleep.ts";
import { answerRequest } from "./answer-request.ts";
import type { Ask } from "./judge.ts";
import type { GithubSettings } from "./settings.ts";

export interface GithubServices {
  control: Control;
  settings: GithubSettings;
  ask: Ask;
  log: Log;
}

/** A deployment that GitHub holds. */
export interface HeldDeployment {
  id: string;
  repository: string;
  installation: string;
  githubEnvironment: string;
  sha: string;
  callbackUrl: string;
  tries: number;
  comments: number;
  said: string | null;
  /** It has been unknown for so long that it is rejected. */
  isLate: boolean;
  /** GitHub could not be told for so long that nobody waits for it any more. */
  isHopeless: boolean;
}

/** Moves the request on for longer than an answer takes, so that it is tried again should this server die over it. */
const take = `
update interlock_control.github_requests
set tries = tries + 1, next_at = pg_catalog.clock_timestamp() + interval '1 minute'
where id = (
  select id from interlock_control.github_requests
  where state = 'waiting' and next_at <= pg_catalog.clock_timestamp()
  order by next_at limit 1 for update skip locked)
returning id, repository, installation, github_environment as "githubEnvironment", sha,
  callback_url as "callbackUrl", tries, comments, said,
  received_at < pg_catalog.clock_timestamp() - interval '30 minutes' as "isLate",
  received_at < pg_catalog.clock_timestamp() - interval '2 hours' as "isHopeless"`;

/** Answers what is due now; gives back how many it looked at. */
export async function answerDueRequests(services: GithubServices, signal: AbortSignal): Promise<number> {
  let looked = 0;
  while (!signal.aborted) {
    const [held] = await services.control.query<HeldDeployment>(take);
    if (held === undefined) break;
    looked += 1;
    try {
      await answerRequest(services, { held, signal });
    } catch (error) {
      if (signal.aborted) break;
      // It stays where it is and is tried again after a minute; the others are not held up.
      const { code, message } = factsOf(error);
      services.log.error(
        { request: held.id, code },
        `A deployment on GitHub could not be answered: ${message}`,
      );
    }
  }
  return looked;
}

/** The leader's work: answers deployments that GitHub holds, within a second or so. */
export function answerGithubRequests(services: GithubServices): Work {
  return {
    name: "answer deployments that GitHub holds",
    async run(signal) {
      while (!signal.aborted) {
        await answerDueRequests(services, signal);
        await sleep(1_000, signal);
      }
    },
  };
}
