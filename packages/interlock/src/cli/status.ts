import { Command } from "commander";
import { shipStatus, type ShipStatus, type StepStatus } from "../ship/ship-status.ts";
import { describeUnknownSession } from "../ship/find-unknown-sessions.ts";
import { describeLiveVersion } from "../ship/versions-gone.ts";
import { addDatabaseFlag, readConnection } from "./ship-flags.ts";

/** `interlock status`: how far the change in a database is, and what to do now. */
export function statusCommand(): Command {
  const command = new Command("status")
    .description("Show how far the change in a database is, and what to do now.")
    .addHelpText(
      "after",
      `
Example:
  interlock status --database postgres://owner@localhost/payments
`,
    );
  return addDatabaseFlag(command).action(async (flags: { database?: string; json: boolean }) => {
    const status = await shipStatus({ connection: readConnection(flags) });
    process.stdout.write(flags.json ? `${JSON.stringify(status)}\n` : renderStatus(status));
  });
}

const marks = { pending: "·", running: "▸", done: "✓", undone: "↩" } as const;

/** The status in words. */
export function renderStatus({ change, executor, next }: ShipStatus): string {
  const lines: string[] = [];
  if (change !== null) {
    const interrupted = change.interrupted ? "interrupted, " : "";
    lines.push(`${change.id}  ${interrupted}${change.state}`, `  ${change.meaning}`, "");
    let phase = "";
    for (const step of change.steps) {
      lines.push(renderStep(step, { phase: step.phase === phase ? "" : step.phase }));
      phase = step.phase;
    }
    lines.push("");
    if (change.failure !== null) {
      lines.push(`  stopped   ${change.failure.code}: ${change.failure.message}`);
      if (change.failure.why !== undefined)
        lines.push(`            ${change.failure.why.replaceAll("\n", "\n            ")}`);
    }
    const live = [
      ["old live", change.oldVersionsLive],
      ["new live", change.newVersionsLive],
    ] as const;
    for (const [label, versions] of live) {
      if (versions.length > 0)
        lines.push(`  ${label.padEnd(9)} ${versions.map(describeLiveVersion).join("; ")}`);
    }
    for (const wait of change.contractWaits) {
      if (wait.kind !== "session") lines.push(`  waits for ${wait.what}`);
    }
    for (const session of change.unknownSessions)
      lines.push(`  unknown   ${describeUnknownSession(session)}`);
    for (const sentence of change.contractGrounds) lines.push(`  went by   ${sentence}`);
    for (const loss of change.losses) lines.push(`  loss      ${loss}`);
    lines.push(`  begun     ${change.startedAt} by ${change.executor}`);
  }
  if (executor !== null) {
    lines.push(
      `  at work   server process ${String(executor.pid)} (${executor.applicationName}), since ${executor.since}`,
    );
  }
  lines.push(`  next      ${next}`);
  return `${lines.join("\n")}\n`;
}

function renderStep(
  { title, state, attempts, progress, rows }: StepStatus,
  { phase }: { phase: string },
): string {
  const facts: string[] = [];
  if (progress !== null && state !== "done") {
    const total = progress.rowsTotal === null ? "" : ` of about ${progress.rowsTotal.toLocaleString("en")}`;
    facts.push(
      `${progress.rowsSeen.toLocaleString("en")}${total} rows, ${progress.rowsPerSecond.toLocaleString("en")} rows/s`,
    );
    if (progress.remainingMs !== null)
      facts.push(`${String(Math.ceil(progress.remainingMs / 1_000))} s left`);
  } else if (rows !== null && rows > 0) facts.push(`${rows.toLocaleString("en")} rows`);
  if (attempts > 1) facts.push(`begun ${String(attempts)} times`);
  return `  ${phase.padEnd(9)} ${marks[state]} ${title}${facts.length === 0 ? "" : `   ${facts.join(", ")}`}`;
}
