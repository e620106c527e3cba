import { sign } from "node:crypto";
import { z } from "zod";
import { githubFailure, sendToGithub } from "./send.ts";
import type { GithubSettings } from "./settings.ts";

const answerSchema = z.object({ token: z.string().regex(/^[\x21-\x7e]+$/) });

/**
 * A token of the App's installation, good for an hour and for reviewing deployments of one repository. Throws
 * `Failure` "github-not-reachable" or "github-refused".
 */
export async function installationToken(
  settings: GithubSettings,
  { installation, repository, signal }: { installation: string; repository: string; signal: AbortSignal },
): Promise<string> {
  const answer = await sendToGithub({
    url: `${settings.api}/app/installations/${installation}/access_tokens`,
    token: appJwt(settings, new Date()),
    body: { repositories: [repository.split("/")[1] ?? ""], permissions: { deployments: "write" } },
    signal,
  });
  const read = answerSchema.safeParse(answer.body);
  if (!read.success) throw githubFailure("It gave no token for the App's installation.", answer.status);
  return read.data.token;
}

/** RFC 7519 with RS256. Dated back a minute, since clocks differ; GitHub takes ten minutes at most. */
export function appJwt({ appId, appKey }: Pick<GithubSettings, "appId" | "appKey">, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const head = encode({ alg: "RS256", typ: "JWT" });
  const claims = encode({ iat: seconds - 60, exp: seconds + 540, iss: appId });
  const signature = sign("sha256", Buffer.from(`${head}.${claims}`), appKey).toString("base64url");
  return `${head}.${claims}.${signature}`;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
