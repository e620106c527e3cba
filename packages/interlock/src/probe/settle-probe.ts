import type { Control, Transaction } from "../control/control.ts";
import type { Query } from "../environment/query.ts";
import { takeSignal, type ReportedSignal } from "../signal/take-signal.ts";
import {
  freshMs,
  judge,
  neededResults,
  type JudgedResult,
  type Judgement,
  type JudgeSettings,
} from "./judge.ts";
import { probeColumns, type ProbeRow } from "./probe-row.ts";

/**
 * Brings the state of a probe to what its results say, and tells of confirmed changes, each once whoever looks.
 * Answers whether something changed.
 */
export async function settleProbe(control: Control, probe: string): Promise<boolean> {
  // Nothing is locked as long as nothing changes.
  const looked = await look(control.query, { probe, lock: false });
  if (looked === undefined || isSame(looked.row, looked.judged)) return false;
  return control.transact(async (transaction) => {
    const again = await look(transaction.query, { probe, lock: true });
    if (again === undefined || isSame(again.row, again.judged)) return false;
    await change(transaction, again);
    return true;
  });
}

interface Looked {
  row: ProbeRow;
  judged: Judgement;
  results: ResultRow[];
}

interface ResultRow extends JudgedResult {
  error: string | null;
}

async function look(
  query: Query,
  { probe, lock }: { probe: string; lock: boolean },
): Promise<Looked | undefined> {
  const [row] = await query<ProbeRow & { now: Date }>(
    `select ${probeColumns}, clock_timestamp() as now from interlock_control.probes
      where id = $1::text and removed_at is null and not is_paused ${lock ? "for update" : ""}`,
    [probe],
  );
  if (row === undefined) return undefined;
  const settings = settingsOf(row);
  const results = await query<ResultRow>(resultsSql, [
    probe,
    neededResults(settings),
    row.environment,
    freshMs(settings) / 1_000 + 60,
  ]);
  const known = { state: row.state, failingSince: row.failing_since, turns: row.turns };
  return { row, results, judged: judge(known, { settings, results, now: row.now }) };
}

// By way of the workers, so that only what is needed is read, whatever else is kept.
const resultsSql = `select w.worker, r.at, r.outcome, r.error
  from interlock_control.probe_workers w
 cross join lateral (select at, outcome, error from interlock_control.probe_results
                      where probe = $1::text and worker = w.worker and outcome <> 'unknown'
                      order by slot desc limit $2::integer) r
 where w.environment = $3::text and w.seen_at > clock_timestamp() - make_interval(secs => $4::double precision)`;

function settingsOf(row: ProbeRow): JudgeSettings {
  return {
    intervalMs: row.interval_ms,
    timeoutMs: row.timeout_ms,
    failsAfter: row.fails_after,
    recoversAfter: row.recovers_after,
    leastWorkers: row.least_workers,
  };
}

function isSame(row: ProbeRow, judged: Judgement): boolean {
  return row.state === judged.state && row.failing_since?.getTime() === judged.failingSince?.getTime();
}

async function change(transaction: Transaction, { row, judged, results }: Looked): Promise<void> {
  const { id, environment, name, component } = row;
  const { state, failingSince, turns } = judged;
  const changed = await transaction.query(
    `update interlock_control.probes
        set state = $3::text, failing_since = $4::timestamptz, turns = $5::timestamptz[], state_revision = state_revision + 1,
            state_since = case when state = $3::text then state_since else clock_timestamp() end
      where id = $1::text and state_revision = $2::integer returning id`,
    [id, row.state_revision, state, failingSince, turns],
  );
  if (changed.length === 0) throw new Error("the row is locked, so nobody else changes it");
  const shown = { name, component, state, from: row.state };
  if (row.failing_since === null && failingSince !== null) {
    const failed = results
      .filter(({ outcome, at }) => outcome === "failed" && at >= failingSince)
      .toSorted((left, right) => left.at.getTime() - right.at.getTime())
      .slice(0, mostTold)
      .map(({ at, worker, error }) => ({ at: at.toISOString(), worker, error }));
    const detail = { ...shown, failingSince: failingSince.toISOString(), results: failed };
    transaction.emit({ kind: "probe-failing", environment, subject: id, detail });
    const reported = firing(row, { failingSince, failed });
    await takeSignal(transaction, { environment, reported });
  } else if (row.failing_since !== null && failingSince === null) {
    const detail = { ...shown, failingSince: row.failing_since.toISOString() };
    transaction.emit({ kind: "probe-recovered", environment, subject: id, detail });
    await takeSignal(transaction, { environment, reported: ended(row, { at: recoveredAt(results) }) });
  } else if (row.state !== state) {
    transaction.emit({ kind: "probe-state-changed", environment, subject: id, detail: shown });
  }
}

/** Single results that a timeline is given. */
const mostTold = 5;

function firing(
  row: ProbeRow,
  { failingSince, failed }: { failingSince: Date; failed: { at: string; error: string | null }[] },
): ReportedSignal {
  const error = failed.at(-1)?.error ?? null;
  return {
    ...base(row),
    state: "firing",
    title: `${row.name} fails${error === null ? "" : `: ${error}`}`.slice(0, 300),
    detail: { probe: row.id, ...(error === null ? {} : { error }), results: failed },
    startedAt: failingSince,
    endedAt: null,
  };
}

function ended(row: ProbeRow, { at }: { at: Date | null }): ReportedSignal {
  return {
    ...base(row),
    state: "ended",
    title: `${row.name} passes`,
    detail: { probe: row.id },
    // It is about what fires now, whichever of its failures came first.
    startedAt: null,
    endedAt: at,
  };
}

function base({
  name,
  component,
}: ProbeRow): Pick<ReportedSignal, "source" | "origin" | "key" | "component" | "severity"> {
  return { source: "probe", origin: name, key: "failing", component, severity: "critical" };
}

/** The first of the good results at the end: when the service was there again. */
function recoveredAt(results: readonly ResultRow[]): Date | null {
  const lastFailed = Math.max(
    ...results.filter(({ outcome }) => outcome === "failed").map(({ at }) => at.getTime()),
    Number.NEGATIVE_INFINITY,
  );
  const good = results.filter(({ outcome, at }) => outcome === "ok" && at.getTime() > lastFailed);
  return good.length === 0 ? null : new Date(Math.min(...good.map(({ at }) => at.getTime())));
}
