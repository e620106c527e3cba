import { shipChange, type ShipEvent, type ShipResult } from "pg-interlock/ship";
import type { Plan } from "pg-interlock/plan";
import type { Run } from "./run.ts";
import { bar, count, seconds, type Screen } from "./screen.ts";

/** Ships a plan up to a phase, with a live line for each phase. */
export async function shipUpTo(options: {
  run: Run;
  screen: Screen;
  plan: Plan;
  to: "migrate" | "contract";
  signal: AbortSignal;
}): Promise<ShipResult> {
  const { run, screen, plan, to, signal } = options;
  let phase = "";
  let steps = 0;
  let filled: { rows: number; rowsPerSecond: number } | undefined;
  let longestWaitMs = 0;
  const show = (share: number, text: string): string => `  ${phase.padEnd(10)} ${bar(share)}  ${text}`;
  const on = (event: ShipEvent): void => {
    switch (event.type) {
      case "phase-started":
        [phase, steps, filled, longestWaitMs] = [event.phase, event.steps, undefined, 0];
        break;
      case "step-started":
        screen.passing(show(0, event.title));
        break;
      case "backfill-progress": {
        filled = { rows: event.rowsFilled, rowsPerSecond: event.rowsPerSecond };
        const total = event.rowsTotal ?? event.rowsSeen;
        screen.passing(
          show(
            event.rowsSeen / Math.max(1, total),
            `${count(event.rowsSeen)} of ${count(total)} rows, ${count(Math.round(event.rowsPerSecond))} rows/s`,
          ),
        );
        break;
      }
      case "step-ended":
        longestWaitMs = Math.max(longestWaitMs, event.lockWaitMs);
        break;
      case "versions-live":
        screen.passing(
          show(0, `waits for ${event.versions.map(({ appVersion }) => appVersion).join(", ")} to go`),
        );
        break;
      case "phase-ended": {
        const what =
          filled === undefined
            ? `${String(steps)} ${steps === 1 ? "step" : "steps"}`
            : `${count(filled.rows)} rows filled, ${count(Math.round(filled.rowsPerSecond))} rows/s`;
        screen.line(
          show(
            1,
            `${what.padEnd(36)} ${seconds(event.elapsedMs).padStart(6)}   longest wait for a lock ${longestWaitMs.toFixed(0)} ms`,
          ),
        );
        break;
      }
      default:
        break;
    }
  };
  return shipChange({ plan, to, on, signal, connection: { connectionString: run.home.databaseUrl } });
}
