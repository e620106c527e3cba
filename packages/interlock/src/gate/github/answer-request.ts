import type { Control } from "../../control/control.ts";
import { Failure } from "../../std/failure.ts";
import type { GithubServices, HeldDeployment } from "./answer-requests.ts";
import { installationToken } from "./app-token.ts";
import { cut } from "./comment.ts";
import { judge, type Judgement } from "./judge.ts";
import { sendToGithub } from "./send.ts";

/** GitHub takes ten comments for a deployment, and the last of them is kept for the answer. */
const mostComments = 9;

/** Decides as things are now, and tells GitHub: approved, rejected, or a comment on what is not known yet. */
export async function answerRequest(
  services: GithubServices,
  { held, signal }: { held: HeldDeployment; signal: AbortSignal },
): Promise<void> {
  const judgement = await judge(services, held);
  const state = stateOf(judgement, held);
  const comment =
    state === "rejected" && judgement.verdict === "unknown"
      ? cut(`Still unknown after 30 minutes, and unknown is never go.\n${judgement.comment}`)
      : judgement.comment;
  const isNews = comment !== held.said && held.comments < mostComments;
  if (state === null && !isNews) {
    await askAgain(services.control, { held, said: held.said, comments: held.comments, judgement });
    return;
  }
  try {
    await tell(services, { held, state, comment, signal });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await notTold(services, { held, failure: error });
    return;
  }
  if (state === null) {
    await askAgain(services.control, { held, said: comment, comments: held.comments + 1, judgement });
  } else {
    await end(services.control, { held, state, why: null, decisions: judgement.decisions });
  }
}

function stateOf({ verdict }: Judgement, { isLate }: HeldDeployment): "approved" | "rejected" | null {
  if (verdict === "go") return "approved";
  return verdict === "blocked" || isLate ? "rejected" : null;
}

async function tell(
  { settings }: GithubServices,
  {
    held,
    state,
    comment,
    signal,
  }: { held: HeldDeployment; state: string | null; comment: string; signal: AbortSignal },
): Promise<void> {
  const { installation, repository } = held;
  const token = await installationToken(settings, { installation, repository, signal });
  await sendToGithub({
    url: held.callbackUrl,
    token,
    body: { environment_name: held.githubEnvironment, ...(state === null ? {} : { state }), comment },
    signal,
  });
}

async function notTold(
  { control, log }: GithubServices,
  { held, failure }: { held: HeldDeployment; failure: Failure },
): Promise<void> {
  const { code, message, why = "" } = failure;
  log.warn({ request: held.id, code }, `GitHub was not told about a deployment: ${message} ${why}`);
  if (code === "github-refused" || held.isHopeless) {
    await end(control, { held, state: "failed", why: `${message} ${why}`, decisions: [] });
  } else {
    await askAgain(control, { held, said: held.said, comments: held.comments, judgement: null });
  }
}

const again = `
update interlock_control.github_requests
set next_at = pg_catalog.clock_timestamp() + $3::double precision * interval '1 second',
    said = $4::text, comments = $5::integer, decisions = coalesce($6::text[], decisions)
where id = $1::text and tries = $2::integer and state = 'waiting'`;

/** Soon at first, since a rehearsal takes seconds; every 30 seconds later. */
async function askAgain(
  control: Control,
  {
    held,
    said,
    comments,
    judgement,
  }: { held: HeldDeployment; said: string | null; comments: number; judgement: Judgement | null },
): Promise<void> {
  const seconds = Math.min(30, 2 ** Math.min(held.tries, 5));
  const decisions = judgement?.decisions ?? null;
  await control.query(again, [held.id, held.tries, seconds, said, comments, decisions]);
}

/** Only whoever took it last may end it: another server may have taken it over in between. */
const finish = `
update interlock_control.github_requests
set state = $3::text, why = $4::text, decisions = $5::text[], ended_at = pg_catalog.clock_timestamp()
where id = $1::text and tries = $2::integer and state = 'waiting'
returning id`;

async function end(
  control: Control,
  {
    held,
    state,
    why,
    decisions,
  }: {
    held: HeldDeployment;
    state: "approved" | "rejected" | "failed";
    why: string | null;
    decisions: string[];
  },
): Promise<void> {
  await control.transact(async (transaction) => {
    const rows = await transaction.query(finish, [held.id, held.tries, state, why, decisions]);
    if (rows.length === 0) return;
    const { id, repository, githubEnvironment, sha } = held;
    const detail = { state, repository, githubEnvironment, sha, decisions, ...(why === null ? {} : { why }) };
    transaction.audit({ actor: "interlock", action: "github.answer", subject: id, detail });
    transaction.emit({ kind: "github-answered", subject: id, detail });
  });
}
