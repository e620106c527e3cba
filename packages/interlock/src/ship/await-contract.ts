import { Backoff } from "../database/backoff.ts";
import { Failure } from "../std/failure.ts";
import { describeGrounds, sessionEvidence, statementWaits } from "./contract-evidence.ts";
import type { ContractWait, ReleaseEvidence } from "./contract-wait.ts";
import { lookAtStatements, readerFor, type StatementView } from "./contract-watch.ts";
import type { Execution } from "./execution.ts";
import { findUnknownSessions } from "./find-unknown-sessions.ts";
import { interrupted } from "./interrupted.ts";
import { noteDecision } from "./journal.ts";
import { meaningOf, type ChangeRecord } from "./journal-record.ts";
import { pause } from "./pause.ts";
import { contractBegun } from "./progress-of-change.ts";
import type { StatementReader } from "./read-statements.ts";
import type { LiveVersion } from "./ship-event.ts";

/** How often somebody who waits is told for what. */
const toldEveryMs = 2_000;
/** How often at most the statistics are read: the server reads all texts from a file each time. */
const lookEveryMs = 1_000;

interface Evidence {
  versions: LiveVersion[];
  waits: ContractWait[];
  statements: StatementView | undefined;
  releases: ReleaseEvidence | undefined;
}

/**
 * Waits until nobody needs any more what contract takes away: no session of an old version or of one that nothing
 * was proved about, no statement that contract would break, and the new version fully released, where somebody
 * knows. Sessions are looked for before every step while there is a way back, the rest before the first: after it
 * only versions that came since could bring it, and they have sessions.
 *
 * What it went by is kept in the journal. Throws `Failure` "old-version-live", "unproved-version-live",
 * "old-statements-run" or "not-released" when it lasts longer than `versionsWaitMs`. `forced` only looks.
 */
export async function awaitContract(
  execution: Execution,
  { change, forced }: { change: ChangeRecord; forced: boolean },
): Promise<void> {
  const { settings, emit, signal } = execution;
  const begins = !contractBegun(change.steps);
  if (forced && !begins) return;
  const look = looker(execution, { change, begins });
  const startedAt = performance.now();
  const backoff = new Backoff({ firstMs: 50, capMs: 500, forMs: settings.versionsWaitMs });
  let toldAt = Number.NEGATIVE_INFINITY;
  for (;;) {
    if (signal?.aborted === true) throw interrupted(meaningOf(change.state));
    const evidence = await look();
    const { waits, versions } = evidence;
    if (forced || waits.length === 0) {
      if (begins) await noteGrounds(execution, { change, evidence });
      return;
    }
    if (backoff.over) throw stillNeeded(waits, change);
    const now = performance.now();
    if (now - toldAt >= toldEveryMs) {
      toldAt = now;
      const giveUpInMs = Math.max(0, Math.round(settings.versionsWaitMs - (now - startedAt)));
      if (versions.length > 0) emit({ type: "versions-live", versions, giveUpInMs });
      else emit({ type: "contract-waits", waits, giveUpInMs });
    }
    await pause(backoff.nextMs(), signal);
  }
}

/** Looks at what there is to wait for; at statements and releases once the sessions have gone, and not all the time. */
function looker(
  { session, settings }: Execution,
  { change, begins }: { change: ChangeRecord; begins: boolean },
): () => Promise<Evidence> {
  const reader: StatementReader | undefined = begins ? readerFor(change) : undefined;
  let statements: StatementView | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const hasServer = settings.releases !== undefined;
    const { versions, waits } = await sessionEvidence(session.client, change, { hasServer });
    if (!begins || waits.length > 0) return { versions, waits, statements, releases: undefined };
    if (performance.now() - lookedAt >= lookEveryMs) {
      statements = await lookAtStatements(session.client, change, reader);
      lookedAt = performance.now();
    }
    const releases = await settings.releases?.();
    const running = statements?.watch === undefined ? [] : statementWaits(statements.watch, settings.quietMs);
    return { versions, waits: [...running, ...(releases?.waits ?? [])], statements, releases };
  };
}

async function noteGrounds(
  { session, emit }: Execution,
  { change, evidence }: { change: ChangeRecord; evidence: Evidence },
): Promise<void> {
  const { waits: ignored, statements, releases } = evidence;
  const { plan, number } = change;
  const said = describeGrounds({ plan, reading: statements?.reading, watch: statements?.watch, releases });
  const unknown = await findUnknownSessions(session.client, plan);
  if (unknown.length > 0) emit({ type: "unknown-sessions", sessions: unknown });
  const detail = { said, ignored, unknownSessions: unknown };
  await noteDecision(session.client, { number, decision: "contract", detail });
  emit({ type: "contract-grounds", said, ignored });
}

const codes: Readonly<Record<ContractWait["kind"], string>> = {
  session: "old-version-live",
  unproved: "unproved-version-live",
  statement: "old-statements-run",
  release: "not-released",
};

const messages: Readonly<Record<ContractWait["kind"], string>> = {
  session: "The old version still has sessions on the database, so the contract phase was not begun.",
  unproved:
    "A version that the plan was not proved with has sessions on the database, so the contract phase was not begun.",
  statement: "Statements that the contract phase would break still run, so it was not begun.",
  release: "The new version is not fully released, so the contract phase was not begun.",
};

const nexts: Readonly<Record<ContractWait["kind"], string>> = {
  session:
    "Let the old version go, then run `interlock resume`. If these sessions are harmless, --force with a reason goes on without waiting. Behind a pooler an idle session bears the name of whoever had it last: RECONNECT on PgBouncer's console shows who is really there.",
  unproved:
    "Let that version go, then run `interlock resume`. If you know that it works in the new shape, as a fix of the new version does, --force with a reason goes on.",
  statement:
    "Find out who sends them (the role is named), and wait until they have not run for the time of --quiet; then run `interlock resume`. If they are harmless, --force with a reason goes on.",
  release: "Finish the release, then run `interlock resume`.",
};

function stillNeeded(waits: readonly ContractWait[], { state }: ChangeRecord): Failure {
  const kind = waits[0]?.kind ?? "session";
  return new Failure({
    code: codes[kind],
    message: messages[kind],
    why: waits.map(({ what }) => what).join("; "),
    state: meaningOf(state),
    next: nexts[kind],
  });
}
