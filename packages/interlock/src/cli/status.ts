import { Command } from "commander";
import type { ChangeStatus, StepStatus } from "../ship/change-status.ts";
import { shipStatus, type ShipStatus } from "../ship/ship-status.ts";
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

/** The status in words: of each unfinished change, else of the last one. */
export function renderStatus({ change, open, executor, next }: ShipStatus): string {
  const shown = open.length > 0 ? open : change === null ? [] : [change];
  const lines = shown.flatMap((one) => [
    ...renderChange(one),
    ...(shown.length > 1 ? [`  next      ${one.next}`, ""] : []),
  ]);
  if (executor !== null) {
    lines.push(
      `  at work   server process ${String(executor.pid)} (${executor.applicationName}), since ${executor.since}`,
    );
  }
  lines.push(shown.length > 1 ? next : `  next      ${next}`);
  return `${lines.join("\n")}\n`;
}

function renderChange(change: ChangeStatus): string[] {
  const interrupted = change.interrupted ? "interrupted, " : "";
  const lines = [`${change.id}  ${interrupted}${change.state}`, `  ${change.meaning}`, ""];
  let phase = "";
  for (const step of change.steps) {
    lines.push(renderStep(step, { phase: step.phase === phase ? "" : step.phase }));
    phase = step.phase;
  }
  lines.push("");
  const { failure } = change;
  if (failure !== null) {
    lines.push(`  stopped   ${failure.code}: ${failure.message}`);
    if (failure.why !== undefined)
      lines.push(`            ${failure.why.replaceAll("\n", "\n            ")}`);
  }
  const live = [
    ["old live", change.oldVersionsLive],
    ["new live", change.newVersionsLive],
  ] as const;
  for (const [label, versions] of live) {
    if (versions.length > 0)
      lines.push(`  ${label.padEnd(9)} ${versions.map(describeLiveVersion).join("; ")}`);
  }
  return [...lines, ...renderEvidence(change), `  begun     ${change.startedAt} by ${change.executor}`];
}

/** What contract waits for besides sessions, who else is there, what it went by, and what a rollback would lose. */
function renderEvidence(change: ChangeStatus): string[] {
  return [
    ...change.contractWaits.flatMap(({ kind, what }) => (kind === "session" ? [] : [`  waits for ${what}`])),
    ...change.unknownSessions.map((session) => `  unknown   ${describeUnknownSession(session)}`),
    ...change.contractGrounds.map((sentence) => `  went by   ${sentence}`),
    ...change.losses.map((loss) => `  loss      ${loss}`),
  ];
}

function renderStep(
  { title, state, attempts, progress, rows }: StepStatus,
  { phase }: { phase: string },
): string {
  const facts: string[] = [];
  if (progress !== null && (state === "pending" || state === "running")) {
    const total = progress.rowsTotal === null ? "" : ` of about ${progress.rowsTotal.toLocaleString("en")}`;
    facts.push(
      `${progress.rowsSeen.toLocaleString("en")}${total} rows, ${progress.rowsPerSecond.toLocaleString("en")} rows/s`,
    );
    if (progress.remainingMs !== null)
      facts.push(`${String(Math.ceil(progress.remainingMs / 1_000))} s left`);
  } else if (state === "done" && rows !== null && rows > 0) facts.push(`${rows.toLocaleString("en")} rows`);
  if (attempts > 1) facts.push(`begun ${String(attempts)} times`);
  return `  ${phase.padEnd(9)} ${marks[state]} ${title}${facts.length === 0 ? "" : `   ${facts.join(", ")}`}`;
}
