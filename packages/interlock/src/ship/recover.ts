import { sessionIsGone, sqlstateOf } from "../database/sqlstate.ts";
import { Failure, factsOf, messageOf } from "../std/failure.ts";
import type { Execution } from "./execution.ts";
import { noteFailure, readChange, takeUp } from "./journal.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";
import { journalRefused } from "./step-failure.ts";
import { isVersionArrived } from "./versions-gone.ts";
import { wentAway } from "./went-away.ts";

/** How often one command goes on after a lost session or a version that came back, before it is given up. */
const mostRestarts = 50;

/** A server that is primary no more says this to whoever writes, and may keep the sessions that it had. */
const readOnlyNow = "25006";

/** The change as the journal has it now, which may be less than it had: a server that took over may have lost the end. */
export async function readKnown(
  { session }: Execution,
  { number, known }: { number: string; known: ChangeRecord | undefined },
): Promise<ChangeRecord> {
  const change = await readChange(session.client, { number }).catch((error: unknown) => {
    // Not even a journal is there.
    if (sqlstateOf(error) === "42P01") return undefined;
    throw error;
  });
  if (change === undefined || (known !== undefined && change.plan.id !== known.plan.id))
    throw changeForgotten(known);
  if (known === undefined || change.target === known.target) return change;
  // How far this command is to go was among what the server that took over has lost.
  const { target } = known;
  await takeUp(session.client, {
    number,
    target,
    decision: "resume",
    detail: { target, lost: change.target },
  });
  return { ...change, target };
}

/**
 * Does what is to be done about an error in the middle of a change, so that its steps can be gone on with from where
 * the journal stands; throws a `Failure` where there is nothing to be done, and leaves it in the journal.
 */
export async function recover(
  execution: Execution,
  {
    error,
    number,
    known,
    restarts,
  }: { error: unknown; number: string; known: ChangeRecord | undefined; restarts: number },
): Promise<void> {
  const state = known === undefined ? "How far the change is was not read yet." : meaningOf(known.state);
  if (restarts <= mostRestarts) {
    if (isVersionArrived(error)) return;
    if (sessionIsGone(error) || sqlstateOf(error) === readOnlyNow)
      return execution.session.reopen({ why: messageOf(error), state });
  }
  const failure = sessionIsGone(error)
    ? wentAway({ why: messageOf(error), state })
    : sqlstateOf(error) === undefined
      ? error
      : journalRefused(error, known?.state);
  await tellJournal(execution, { number, failure });
  throw failure;
}

/** Leaves in the journal why it stopped, for `status`, unless that can't be said any more. */
async function tellJournal(
  { session, emit }: Execution,
  { number, failure }: { number: string; failure: unknown },
): Promise<void> {
  const facts = factsOf(failure);
  emit({ type: "failed", ...facts });
  if (failure instanceof Failure && failure.code === "database-went-away") return;
  try {
    await noteFailure(session.client, { number, failure: facts });
  } catch (notTold) {
    // The first error is the one to know of. What keeps it out of the journal (a full disk, a lost session) would
    // hide it; anything but the database's refusal is a fault of ours.
    if (!sessionIsGone(notTold) && sqlstateOf(notTold) === undefined) throw notTold;
  }
}

function changeForgotten(known: ChangeRecord | undefined): Failure {
  return new Failure({
    code: "change-forgotten",
    message: `The database has no record of ${known === undefined ? "this change" : `change ${known.plan.id}`} any more.`,
    why: "A server that took over from another may have lost what was committed last; or somebody has emptied schema interlock.",
    state:
      "A server that took over has lost the steps of the change together with their record: what it does not know of was not done there.",
    next: "Run `interlock status`. If it shows nothing of this change and its tables are as before, ship it again.",
  });
}
