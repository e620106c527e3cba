import { messageOf } from "../std/failure.ts";
import type { PhaseName } from "../plan/plan.ts";
import { describeBlocker } from "../ship/blockers.ts";
import type { ShipEvent } from "../ship/ship-event.ts";
import { describeLiveVersion } from "../ship/versions-gone.ts";
import type { Execution } from "./execution.ts";
import { paceOf } from "./services.ts";
import type { DatabaseProgress } from "./shipment-rows.ts";

const nothing: DatabaseProgress = {
  step: null,
  title: null,
  rowsSeen: null,
  rowsFilled: null,
  rowsTotal: null,
  rowsPerSecond: null,
  remainingMs: null,
  waiting: null,
};

/** Writes how far a database is, for people who look and for live views, no more often than they can read. */
export class ProgressWriter {
  readonly #execution: Execution;
  readonly #database: string;
  #phase: PhaseName | null = null;
  #progress: DatabaseProgress = nothing;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(execution: Execution, database: string) {
    this.#execution = execution;
    this.#database = database;
  }

  note(event: ShipEvent): void {
    this.#phase = phaseAfter(event) ?? this.#phase;
    const progress = progressAfter(this.#progress, event);
    if (progress === this.#progress) return;
    this.#progress = progress;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, paceOf(this.#execution.services).progressEveryMs);
  }

  /** Returns when nothing is written any more. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#writing;
  }

  async #write(): Promise<void> {
    const { services, shipment, run, token } = this.#execution;
    const phase = this.#phase;
    const progress = this.#progress;
    try {
      await services.control.transact(async (transaction) => {
        const [row] = await transaction.query<{ environment: string }>(
          `update interlock_control.shipment_databases d
              set progress = $5::jsonb, phase = coalesce($6::text, d.phase)
             from interlock_control.shipments s
            where d.shipment = $1::text and d.database = $2::text and d.state = 'running'
              and s.id = d.shipment and s.run = $3::integer and s.execution = $4::text
            returning s.environment`,
          [shipment, this.#database, run, token, JSON.stringify(progress), phase],
        );
        if (row === undefined) return;
        const detail = { database: this.#database, phase, ...progress };
        transaction.emit({
          kind: "shipment-progress",
          environment: row.environment,
          subject: shipment,
          detail,
        });
      });
    } catch (error) {
      // Nothing is decided from progress; the next one tells more.
      services.log.warn(
        { shipment, database: this.#database, why: messageOf(error) },
        "Progress was not written",
      );
    }
  }
}

/** The phase that a database goes forward in; a rollback keeps the one that it goes back from. */
function phaseAfter(event: ShipEvent): PhaseName | undefined {
  return event.type === "phase-started" ? event.phase : undefined;
}

function progressAfter(before: DatabaseProgress, event: ShipEvent): DatabaseProgress {
  switch (event.type) {
    case "step-started":
      return { ...nothing, step: event.step, title: event.title };
    case "step-undone":
      return { ...nothing, step: event.step, title: "taken back" };
    case "step-waiting":
      return { ...before, waiting: event.blockers.map(describeBlocker).join("; ") || event.reason };
    case "versions-live":
      return { ...before, waiting: event.versions.map(describeLiveVersion).join("; ") };
    case "backfill-progress": {
      const { rowsSeen, rowsFilled, rowsTotal, rowsPerSecond, remainingMs } = event;
      return { ...before, rowsSeen, rowsFilled, rowsTotal, rowsPerSecond, remainingMs, waiting: null };
    }
    case "connection-lost":
      return { ...before, waiting: `the connection to come back: ${event.why}` };
    case "reconnected":
      return { ...before, waiting: null };
    default:
      return before;
  }
}
