import type { GateDecision, GateRequest } from "../api/gate.ts";
import type { Release } from "../api/releases.ts";
import type { Caller } from "../access/caller.ts";
import type { Control, Transaction } from "../control/control.ts";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { findEnvironment } from "./find-environment.ts";
import { releaseColumns, releaseOf, type ReleaseRow } from "./release.ts";

/**
 * Asks the gate inside a transaction, holding back every other admission to the environment until its end, and
 * keeps the decision.
 */
export type Admit = (
  transaction: Transaction,
  asked: { environment: string; request: GateRequest; caller: Caller },
) => Promise<GateDecision>;

export interface StartRelease {
  environment: string;
  app: string;
  version: string;
  /** How long it takes at most, in minutes; after that it counts as stalled. */
  expectedMinutes: number;
  caller: Caller;
}

/** What became of a start. `release` is null where the gate did not let it: the decision says why. */
export type StartedRelease =
  | { release: Release; decision: GateDecision | null; isNew: boolean }
  | { release: null; decision: GateDecision; isNew: false };

/**
 * Begins the release of an app version, if the gate lets it. A version whose release runs already is answered with
 * that one. Throws `Failure` "not-found", or "already-running" when another version of the app is on its way.
 */
export async function startRelease(
  { control, admit }: { control: Control; admit: Admit },
  { environment, app, version, expectedMinutes, caller }: StartRelease,
): Promise<StartedRelease> {
  return control.transact(async (transaction) => {
    await findEnvironment(transaction.query, environment);
    // Whoever comes second waits here until the first has its release, and then finds it.
    await transaction.query("select from interlock_control.environments where name = $1::text for update", [
      environment,
    ]);
    const [running] = await transaction.query<ReleaseRow>(
      `select ${releaseColumns} from interlock_control.releases
        where environment = $1::text and app = $2::text and state = 'running'`,
      [environment, app],
    );
    if (running !== undefined) {
      if (running.version !== version) throw otherVersionRunning(running);
      return { release: releaseOf(running, new Date()), decision: null, isNew: false };
    }
    const request: GateRequest = { kind: "release", app, version };
    const decision = await admit(transaction, { environment, request, caller });
    if (decision.verdict !== "go") return { release: null, decision, isNew: false };
    const [row] = await transaction.query<ReleaseRow>(
      `insert into interlock_control.releases (id, environment, app, version, state, started_by, expected_until, decision)
       values ($1::text, $2::text, $3::text, $4::text, 'running', $5::text,
               clock_timestamp() + make_interval(mins => $6::integer), $7::text)
       returning ${releaseColumns}`,
      [newId("rel"), environment, app, version, caller.owner, expectedMinutes, decision.id],
    );
    if (row === undefined) throw new Error("insert … returning answers one row");
    const release = releaseOf(row, new Date());
    const { id: subject, appVersion } = release;
    transaction.audit({
      actor: caller.owner,
      action: "release.start",
      environment,
      subject,
      detail: { appVersion, expectedMinutes, decision: decision.id },
    });
    transaction.emit({ kind: "release-started", environment, subject, detail: { appVersion } });
    return { release, decision, isNew: true };
  });
}

function otherVersionRunning({ id, app, version, started_at: since, started_by: by }: ReleaseRow): Failure {
  const appVersion = `${app}@${version}`;
  return new Failure({
    code: "already-running",
    message: `The release of ${appVersion} is on its way already.`,
    why: `${id} was begun ${since.toISOString()} by ${by} and was not said to have ended. An app is released one version at a time.`,
    state: "Nothing was changed.",
    next: `Wait for it; if it is over: interlock release finish ${appVersion}, or interlock release cancel ${appVersion}.`,
  });
}
