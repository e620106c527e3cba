import { describeLosses } from "../plan/loss.ts";
import { phaseNames, type PhaseName, type Step } from "../plan/plan.ts";
import { describeBlocker } from "../ship/blockers.ts";
import { describeUnknownSession } from "../ship/find-unknown-sessions.ts";
import type { ShipEvent } from "../ship/ship-event.ts";
import { describeLiveVersion } from "../ship/versions-gone.ts";

/** What has been seen of a phase. */
interface PhaseView {
  steps: number;
  stepsDone: number;
  rowsSeen: number;
  rowsTotal: number | null;
  rowsPerSecond: number;
  remainingMs: number | null;
  longestLockWaitMs: number;
  elapsedMs: number | null;
  /** By all backfills and copies of the phase that have ended, and how long they took. */
  filled: { rows: number; ms: number };
}

const barLength = 12;

/**
 * Turns what happens into lines for people: one for each phase that changes as it goes on, and one for each
 * thing that a reader should know beside. It writes nothing itself.
 */
export class ShipView {
  readonly #phases = new Map<PhaseName, PhaseView>();
  #current: PhaseName | undefined;

  /** Takes in an event. Returns the lines that it adds for good. */
  take(event: ShipEvent): string[] {
    switch (event.type) {
      case "phase-started":
        this.#current = event.phase;
        this.#phases.set(event.phase, { ...empty, steps: event.steps });
        return [];
      case "phase-ended":
        this.#current = undefined;
        return [this.#end(event.phase, event.elapsedMs)];
      case "step-ended":
        this.#update(event.phase, (phase) => ({
          stepsDone: phase.stepsDone + 1,
          longestLockWaitMs: Math.max(phase.longestLockWaitMs, event.lockWaitMs),
          filled: fills(event.kind)
            ? { rows: phase.filled.rows + (event.rows ?? 0), ms: phase.filled.ms + event.elapsedMs }
            : phase.filled,
        }));
        return [];
      case "backfill-progress":
      case "verify-progress": {
        const { rowsSeen, rowsTotal, rowsPerSecond, remainingMs } = event;
        this.#update(this.#current, () => ({ rowsSeen, rowsTotal, rowsPerSecond, remainingMs }));
        return [];
      }
      default:
        return noteOf(event);
    }
  }

  /** The line of the phase under way; undefined between phases. */
  get line(): string | undefined {
    const phase = this.#current === undefined ? undefined : this.#phases.get(this.#current);
    return phase === undefined || this.#current === undefined ? undefined : renderPhase(this.#current, phase);
  }

  #end(name: PhaseName, elapsedMs: number): string {
    this.#update(name, () => ({ elapsedMs, remainingMs: null }));
    const phase = this.#phases.get(name);
    return phase === undefined ? "" : renderPhase(name, phase);
  }

  #update(name: PhaseName | undefined, change: (phase: PhaseView) => Partial<PhaseView>): void {
    const phase = name === undefined ? undefined : this.#phases.get(name);
    if (name !== undefined && phase !== undefined) this.#phases.set(name, { ...phase, ...change(phase) });
  }
}

const empty: PhaseView = {
  steps: 0,
  stepsDone: 0,
  rowsSeen: 0,
  rowsTotal: null,
  rowsPerSecond: 0,
  remainingMs: null,
  longestLockWaitMs: 0,
  elapsedMs: null,
  filled: { rows: 0, ms: 0 },
};

function fills(kind: Step["kind"]): boolean {
  return kind === "backfill" || kind === "copy";
}

function renderPhase(name: PhaseName, phase: PhaseView): string {
  const { elapsedMs, remainingMs } = phase;
  const [what, rate] = elapsedMs === null ? underWay(phase) : inTheEnd(phase);
  const time =
    elapsedMs !== null ? seconds(elapsedMs) : remainingMs === null ? "" : `${seconds(remainingMs)} left`;
  const facts = [
    ...(rate === undefined ? [] : [`${number(rate)} rows/s`]),
    ...(phase.longestLockWaitMs < 0.5
      ? []
      : [`longest wait ${String(Math.round(phase.longestLockWaitMs))} ms`]),
  ];
  return `  ${name.padEnd(9)} ${bar(phase)}  ${what.padEnd(22)} ${time.padStart(12)}   ${facts.join(" · ")}`.trimEnd();
}

/** What is done, and how many rows a second. */
type Done = [what: string, rate: number | undefined];

function underWay({ steps, rowsSeen, rowsTotal, rowsPerSecond }: PhaseView): Done {
  if (rowsTotal === null) return [counted(steps, "step"), undefined];
  return [`${number(rowsSeen)} of ${number(rowsTotal)}`, rowsPerSecond];
}

/** Of the rows that were written alone: reading them is many times as fast. */
function inTheEnd({ steps, filled }: PhaseView): Done {
  if (filled.rows === 0) return [counted(steps, "step"), undefined];
  const all = number(filled.rows);
  return [`${all} of ${all}`, Math.round((filled.rows / Math.max(filled.ms, 1)) * 1_000)];
}

function bar({ steps, stepsDone, rowsSeen, rowsTotal, elapsedMs }: PhaseView): string {
  const ofStep = rowsTotal === null || rowsTotal === 0 ? 0 : Math.min(1, rowsSeen / rowsTotal);
  const share =
    elapsedMs !== null || steps === 0 ? 1 : Math.min(1, Math.max(ofStep * 0.9, stepsDone / steps));
  const full = Math.round(share * barLength);
  return "█".repeat(full) + "░".repeat(barLength - full);
}

function noteOf(event: ShipEvent): string[] {
  switch (event.type) {
    case "started": {
      const phases = phaseNames.slice(0, phaseNames.indexOf(event.target) + 1).join(", ");
      const what = event.direction === "back" ? "rolling back" : event.resumed ? "going on with" : "shipping";
      return [`${what} ${event.change}${event.direction === "back" ? "" : `: ${phases}`}`];
    }
    case "step-waiting":
      if (event.blockers.length === 0) return [];
      return [`  ${event.step} waits for ${event.blockers.map(describeBlocker).join("; ")}`];
    case "versions-live":
      return [
        `  waiting for ${event.versions.map(describeLiveVersion).join("; ")} to go, for ${seconds(event.giveUpInMs)} more`,
      ];
    case "contract-waits":
      return [
        `  waiting, for ${seconds(event.giveUpInMs)} more, since`,
        ...event.waits.map(({ what }) => `    ${what}`),
      ];
    case "contract-grounds":
      return [
        ...event.said.map((sentence) => `  ${sentence}`),
        ...event.ignored.map(({ what }) => `  ignored: ${what}`),
      ];
    case "unknown-sessions":
      return event.sessions.map((session) => `  unknown: ${describeUnknownSession(session)}`);
    case "beside":
      return event.changes.map(
        ({ change, state, notProvedWith }) =>
          `  beside change ${change} (${state})${notProvedWith.length === 0 ? "" : `: deploy ${notProvedWith.join(", ")} once that one has ended, it was not proved beside it`}`,
      );
    case "forced":
      return [`  going on without waiting: ${event.reason}`];
    case "losses":
      return describeLosses(event.losses).map(
        (line) => `  ${event.isAccepted ? "accepted" : "loss"}: ${line}`,
      );
    case "connection-lost":
      return [`  the connection was lost (${event.why}); trying again`];
    case "reconnected":
      return [`  connected again after ${seconds(event.afterMs)}`];
    case "backfill-throttled":
      return event.reason === "replication-lag" ? ["  the backfill waits for a standby"] : [];
    case "step-undone":
      return [`  ${event.step} undone`];
    default:
      return [];
  }
}

function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? "" : "s"}`;
}

function number(value: number): string {
  return value.toLocaleString("en");
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1_000).toFixed(1)} s`;
}
