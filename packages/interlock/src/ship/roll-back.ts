import { Failure } from "../std/failure.ts";
import type { Execution, StepOutcome } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { readOpenChanges, setState } from "./journal.ts";
import { meaningOf, type ChangeRecord, type StepRecord } from "./journal-record.ts";
import { comingVersions, findLiveVersions } from "./live-versions.ts";
import { finalStep } from "./progress-of-change.ts";
import { readKnown, recover } from "./recover.ts";
import { notProvedBeside } from "./refuse-beside.ts";
import { refuseRealLosses } from "./refuse-real-losses.ts";
import { undoStep } from "./undo-step.ts";
import { waitUntilGone } from "./versions-gone.ts";

/** Undoes what was done of a change, the last step first, reading the journal anew before each. */
export async function rollBack(
  execution: Execution,
  { number, forced, acceptsLoss }: { number: string; forced: boolean; acceptsLoss: boolean },
): Promise<{ change: ChangeRecord; outcomes: StepOutcome[] }> {
  const outcomes: StepOutcome[] = [];
  let known: ChangeRecord | undefined;
  let restarts = 0;
  for (;;) {
    try {
      known = await readKnown(execution, { number, known });
      const record = lastToUndo(known);
      if (record === undefined) return { change: await settle(execution, known), outcomes };
      known = await turnBack(execution, { change: known, forced, acceptsLoss });
      outcomes.push(
        await undoOne(execution, {
          change: known,
          record,
          refusedVersions: forced ? [] : await versionsToGo(execution, known),
        }),
      );
    } catch (error) {
      restarts += 1;
      await recover(execution, { error, number, known, restarts });
    }
  }
}

/** Sees that the new version has gone and that nothing is lost unasked, and notes that the change is on its way back. */
async function turnBack(
  execution: Execution,
  { change, forced, acceptsLoss }: { change: ChangeRecord; forced: boolean; acceptsLoss: boolean },
): Promise<ChangeRecord> {
  refusePastReturn(change);
  if (execution.signal?.aborted === true) throw interrupted(meaningOf(change.state));
  const versions = forced ? [] : await versionsToGo(execution, change);
  const begins = change.state !== "rolling-back";
  // Whoever has to wait is told before, and what is written meanwhile is looked at afterwards.
  if (begins && (await findLiveVersions(execution.session.client, versions)).length > 0)
    await refuseRealLosses(execution, { change, isAccepted: acceptsLoss });
  await waitUntilGone(execution, { versions, state: change.state });
  if (!begins) return change;
  await refuseRealLosses(execution, { change, isAccepted: acceptsLoss });
  await setState(execution.session.client, {
    number: change.number,
    from: change.state,
    to: "rolling-back",
  });
  return { ...change, state: "rolling-back" };
}

async function undoOne(
  execution: Execution,
  {
    change,
    record,
    refusedVersions,
  }: { change: ChangeRecord; record: StepRecord; refusedVersions: string[] },
): Promise<StepOutcome> {
  const { step, phase } = record;
  const outcome = await undoStep(execution, { change, record, step, refusedVersions });
  execution.emit({ type: "step-undone", phase, step: step.id });
  return outcome;
}

/** The versions that must have gone. Once something was taken away, they have nothing left to stay for. */
async function versionsToGo({ session }: Execution, change: ChangeRecord): Promise<string[]> {
  if (change.steps.some(({ state }) => state === "undone")) return [];
  const others = (await readOpenChanges(session.client)).filter(({ number }) => number !== change.number);
  // Those that come with another open change were made to stand on this one, or at least not without it.
  return [
    ...new Set([
      ...comingVersions(change.plan),
      ...others.flatMap(({ plan }) => notProvedBeside(plan, change)),
    ]),
  ];
}

async function settle(execution: Execution, change: ChangeRecord): Promise<ChangeRecord> {
  if (change.state !== "rolled-back") {
    await setState(execution.session.client, {
      number: change.number,
      from: change.state,
      to: "rolled-back",
    });
  }
  execution.emit({ type: "ended", change: change.plan.id, state: "rolled-back" });
  return { ...change, state: "rolled-back", failure: null };
}

/** The last step that left something behind: one that is done, or was begun and may have. */
function lastToUndo({ steps }: ChangeRecord): StepRecord | undefined {
  return steps.findLast(({ state }) => state === "done" || state === "running");
}

/** Throws `Failure` "past-the-point-of-no-return" where a step of the contract phase is done that nothing takes back. */
export function refusePastReturn(change: ChangeRecord): void {
  const final = finalStep(change.steps);
  if (final === undefined) return;
  const left = change.steps.filter(({ state }) => state !== "done").map(({ step }) => step.title);
  throw new Failure({
    code: "past-the-point-of-no-return",
    message: `Change ${change.plan.id} can't be rolled back any more.`,
    why: `Step ${final.step.id} (${final.step.title}) of the contract phase is done, and nothing takes it back.`,
    state: meaningOf(change.state),
    next: `Run \`interlock resume\` to finish the change; what is left to do: ${left.join("; ")}. To return to the old shape, ship a change in the other direction.`,
  });
}
