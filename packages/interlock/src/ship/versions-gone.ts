import { Backoff } from "../database/backoff.ts";
import { Failure } from "../std/failure.ts";
import type { Execution } from "./execution.ts";
import { interrupted } from "./interrupted.ts";
import { meaningOf, type ChangeState } from "./journal-record.ts";
import { findLiveVersions } from "./live-versions.ts";
import { pause } from "./pause.ts";
import type { LiveVersion } from "./ship-event.ts";

/** How often somebody who waits is told who is still there. */
const toldEveryMs = 2_000;

/**
 * Waits until none of these app versions has a session, before a rollback takes away what they need. Throws
 * `Failure` "new-version-live" when that lasts longer than `versionsWaitMs`.
 */
export async function waitUntilGone(
  execution: Execution,
  { versions, state }: { versions: readonly string[]; state: ChangeState },
): Promise<void> {
  const { session, settings, emit, signal } = execution;
  const startedAt = performance.now();
  const backoff = new Backoff({ firstMs: 50, capMs: 500, forMs: settings.versionsWaitMs });
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (signal?.aborted === true) throw interrupted(meaningOf(state));
    const live = await findLiveVersions(session.client, versions);
    if (live.length === 0) return;
    if (backoff.over) throw newVersionLive(live, state);
    const now = performance.now();
    if (now - toldAt >= toldEveryMs) {
      toldAt = now;
      const giveUpInMs = Math.max(0, Math.round(settings.versionsWaitMs - (now - startedAt)));
      emit({ type: "versions-live", versions: live, giveUpInMs });
    }
    await pause(backoff.nextMs(), signal);
  }
}

/** For people: `payments@2.2.0 (3 sessions since …, process 4711, 4712, 4713)`. */
export function describeLiveVersion({ appVersion, pids, since }: LiveVersion): string {
  const sessions = pids.length === 1 ? "1 session" : `${String(pids.length)} sessions`;
  const processes = pids.slice(0, 5).map(String).join(", ");
  return `${appVersion} (${sessions} since ${since}, process ${processes}${pids.length > 5 ? ", …" : ""})`;
}

/** A session of a version that must have gone began just before a step had its locks; the step was taken back. */
export function versionArrived(): Failure {
  return new Failure({ code: "version-arrived", message: "A version that must have gone is live again." });
}

/** Whether a step was taken back for that. */
export function isVersionArrived(error: unknown): boolean {
  return error instanceof Failure && error.code === "version-arrived";
}

function newVersionLive(live: readonly LiveVersion[], state: ChangeState): Failure {
  return new Failure({
    code: "new-version-live",
    message: "The new version still has sessions on the database, so nothing was rolled back.",
    why: live.map(describeLiveVersion).join("; "),
    state: meaningOf(state),
    next: "Put the old version back and let the new one go, then run `interlock rollback` again. If these sessions are harmless, --force with a reason goes on without waiting.",
  });
}
