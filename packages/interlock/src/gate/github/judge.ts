import type { GateDecision, GateRequest } from "../../api/gate.ts";
import type { Caller } from "../../access/caller.ts";
import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import { findBuilds } from "./builds.ts";
import { commentOf, cut, plain } from "./comment.ts";
import { environmentOf } from "./environment-of.ts";

/** Asks the gate; the decision is stored as any other. */
export type Ask = (question: {
  environment: string;
  request: GateRequest;
  caller: Caller;
}) => Promise<GateDecision>;

export interface Judgement {
  verdict: GateDecision["verdict"];
  /** What GitHub is told, at most 1,024 characters of Markdown. */
  comment: string;
  /** Ids of the gate's decisions. */
  decisions: string[];
}

/**
 * Whether the commit may be deployed: every app version that it was built as has to be let through. What is not
 * known, such as a commit that nobody said anything about, is unknown, with what to do.
 */
export async function judge(
  { control, ask }: { control: Control; ask: Ask },
  { repository, githubEnvironment, sha }: { repository: string; githubEnvironment: string; sha: string },
): Promise<Judgement> {
  const place = environmentOf(githubEnvironment);
  if (place === null) {
    return unknown(
      `${plain(githubEnvironment)} names no environment of Interlock.`,
      "Name GitHub's environment as Interlock's, such as production, or production/payments for one of its apps.",
    );
  }
  const { environment, app } = place;
  const builds = await findBuilds(control, { repository, sha, app });
  if (builds.length === 0) {
    const what = app === null ? "an app version" : `a version of ${plain(app)}`;
    return unknown(
      `Interlock was not told which app version commit ${sha.slice(0, 12)} is: it is not known as ${what}.`,
      `Push it when it is built: PUT /api/v1/integrations/github/builds/${sha} (docs/guide/pipelines.md).`,
    );
  }
  const decisions: GateDecision[] = [];
  for (const { app: built, version } of builds) {
    try {
      const request: GateRequest = { kind: "release", app: built, version };
      decisions.push(await ask({ environment, request, caller: callerOf(repository) }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      return unknown(plain(`${error.message} ${error.why ?? ""}`), plain(error.next ?? ""));
    }
  }
  const verdicts = decisions.map(({ verdict }) => verdict);
  return {
    verdict:
      verdicts.find((each) => each === "blocked") ?? verdicts.find((each) => each === "unknown") ?? "go",
    comment: commentOf(decisions),
    decisions: decisions.map(({ id }) => id),
  };
}

function unknown(why: string, next: string): Judgement {
  return { verdict: "unknown", comment: cut(`**Interlock: unknown**\n- ${why} ${next}`), decisions: [] };
}

/** GitHub itself: it may ask, and nothing else. */
function callerOf(repository: string): Caller {
  return {
    owner: `github:${repository}`,
    token: "github",
    role: "viewer",
    scopes: new Set(["gate"]),
    environments: null,
  };
}
