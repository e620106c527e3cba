import { version } from "../../std/version.ts";
import { Failure, messageOf } from "../../std/failure.ts";

/** GitHub gives up on us after ten seconds; so do we on it. */
const patienceMs = 10_000;
const longestAnswer = 64 * 1024;

/**
 * Sends a POST to GitHub and gives back the parsed answer. Throws `Failure` "github-not-reachable" (worth another
 * try) or "github-refused" (it isn't). GitHub's own words are not passed on: they may repeat what was sent.
 */
export async function sendToGithub({
  url,
  token,
  body,
  signal,
}: {
  url: string;
  token: string;
  body: object;
  signal: AbortSignal;
}): Promise<{ status: number; body: unknown }> {
  let status: number;
  let text: string;
  try {
    const answer = await fetch(url, {
      method: "POST",
      // A redirect could lead elsewhere with the token.
      redirect: "error",
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        "user-agent": `interlock/${version()}`,
        "x-github-api-version": "2022-11-28",
      },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
    });
    status = answer.status;
    text = await readBounded(answer);
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure({
      ...notReachable,
      why: error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error),
      cause: error,
    });
  }
  if (status >= 500 || status === 429) throw githubFailure("It can't answer now.", status);
  if (status >= 300) throw githubFailure("It takes no such answer.", status);
  return { status, body: parse(text) };
}

async function readBounded(answer: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of answer.body ?? []) {
    bytes += part.length;
    if (bytes > longestAnswer) throw new Error("its answer is longer than any that is expected");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const notReachable = {
  code: "github-not-reachable",
  message: "GitHub's API can't be reached.",
  state: "The deployment still waits for an answer.",
  next: "It is tried again by itself.",
};

/** What GitHub's status means for us. */
export function githubFailure(why: string, status: number): Failure {
  const told = `${why} (HTTP ${String(status)})`;
  if (status >= 500 || status === 429) return new Failure({ ...notReachable, why: told });
  return new Failure({
    code: "github-refused",
    message: "GitHub refused what Interlock sent.",
    why: told,
    state: "The deployment may still wait for an answer.",
    next: "See that the App may read and write deployments, is installed in the repository, and that INTERLOCK_GITHUB_APP_ID and INTERLOCK_GITHUB_APP_KEY are its own; then redeliver the request from the App's settings.",
  });
}
