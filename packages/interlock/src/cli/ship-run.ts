import { factsOf, Failure } from "../std/failure.ts";
import type { ExecutorOptions } from "../ship/settings.ts";
import type { ShipEvent } from "../ship/ship-event.ts";
import type { ShipResult } from "../ship/ship-result.ts";
import { printFailure } from "./failure.ts";
import { ShipView } from "./ship-view.ts";

/** What stops a command because of how things are, and not because something broke: exit code 1. */
const blockedCodes = new Set([
  "already-shipping",
  "plan-for-other-postgres",
  "schema-differs",
  "changed-meanwhile",
  "relations-in-change",
  "versions-not-proved",
  "several-changes-open",
  "being-rolled-back",
  "loss-not-accepted",
  "rows-in-the-way",
  "old-version-live",
  "new-version-live",
  "unproved-version-live",
  "old-statements-run",
  "not-released",
  "past-the-point-of-no-return",
  "verification-failed",
]);

/**
 * Runs ship, resume or rollback for a person at a terminal, for a log, or as JSON lines whose last is the
 * result. Ctrl-C stops it after the transaction under way; a second one ends the process at once.
 */
export async function runShipCommand(
  { json }: { json: boolean },
  run: (observed: Pick<ExecutorOptions, "on" | "signal">) => Promise<ShipResult>,
): Promise<void> {
  const stop = new AbortController();
  const onSignal = (): void => {
    process.stderr.write("\nstopping after the transaction under way; once more ends at once\n");
    stop.abort();
  };
  process.once("SIGINT", onSignal);
  process.once("SIGTERM", onSignal);
  const show = json ? showJson : showText();
  try {
    const result = await run({ on: show, signal: stop.signal });
    process.stdout.write(json ? `${JSON.stringify({ type: "result", ...result })}\n` : renderResult(result));
  } catch (error) {
    if (!json && process.stdout.isTTY) process.stdout.write("\r\u001b[K");
    if (json) process.stdout.write(`${JSON.stringify({ type: "result", failure: factsOf(error) })}\n`);
    if (!(error instanceof Failure && blockedCodes.has(error.code))) throw error;
    printFailure(error);
    process.exitCode = 1;
  } finally {
    process.off("SIGINT", onSignal);
    process.off("SIGTERM", onSignal);
  }
}

function showJson(event: ShipEvent): void {
  // The failure is in the result, which comes last.
  if (event.type !== "failed") process.stdout.write(`${JSON.stringify(event)}\n`);
}

function showText(): (event: ShipEvent) => void {
  const view = new ShipView();
  const terminal = process.stdout.isTTY;
  return (event) => {
    const lines = view.take(event);
    if (terminal) {
      const current = view.line;
      process.stdout.write(`\r\u001b[K${lines.map((line) => `${line}\n`).join("")}${current ?? ""}`);
      return;
    }
    // A log gets a line for each step as well, since nothing in it is written over.
    const ended =
      event.type === "step-ended"
        ? [`  ${event.step} done in ${String(Math.round(event.elapsedMs))} ms`]
        : [];
    process.stdout.write([...ended, ...lines].map((line) => `${line}\n`).join(""));
  };
}

function renderResult({ change, state, meaning, steps }: ShipResult): string {
  const nothing = steps === 0 ? "Nothing was left to do. " : "";
  const next =
    state === "ready"
      ? "  next: deploy the new version, let the old one go, then `interlock resume --to contract`\n"
      : "";
  return `${state === "rolled-back" ? "↩" : "✓"} ${change}: ${nothing}${meaning}\n${next}`;
}
