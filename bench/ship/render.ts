import type { Machine } from "../machine.ts";
import type { Figures } from "./figures-of.ts";
import { missedTargets, timesQuiet, usualQuietMs } from "./targets.ts";

/** What was found of one change. */
export interface Row {
  change: string;
  /** Why it is not planned; null where it is. */
  refusal: { code: string; message: string } | null;
  planMs: number | null;
  interlock: Figures | null;
  psql: Figures | null;
  /** Left out where pgroll was not run; `why` where its operations can't say the change. */
  pgroll: Figures | { why: string } | null;
}

export interface Report {
  date: string;
  machine: Machine;
  versions: { postgres: string; pgroll: string | null };
  settings: { payments: number; peakPerSecond: number; ratePerSecond: number; short: boolean };
  tookSeconds: number;
  rows: readonly Row[];
}

/** The slowest hundredth of payments in quiet, over all trials of the report. */
export function quietOf(rows: readonly Row[]): number | null {
  return usualQuietMs(
    rows.flatMap(({ interlock, psql, pgroll }) =>
      [interlock, psql, pgroll !== null && "quiet" in pgroll ? pgroll : null].filter((each) => each !== null),
    ),
  );
}

const head = [
  "change",
  "Interlock: failed",
  "lost",
  "longest statement",
  "p99 quiet → changing / both",
  "lock waited / held",
  "targets",
  "psql -f: failed",
  "lost",
  "longest statement",
  "pgroll: failed",
  "lost",
  "longest statement",
];

/** The report as a page to read. */
export function render(report: Report): string {
  const { date, machine, versions, settings, rows } = report;
  const planned = rows.filter(({ interlock }) => interlock !== null);
  const quietMs = quietOf(rows);
  const met = planned.filter(
    ({ interlock }) => interlock !== null && missedTargets(interlock, quietMs).length === 0,
  );
  return `# ${String(rows.length)} changes of a payment platform, shipped under traffic

\`npm run bench -- ship\`, ${date}, PostgreSQL ${versions.postgres}${versions.pgroll === null ? "" : `, pgroll ${versions.pgroll}`}, Node ${machine.node}, ${machine.processor}, ${String(machine.cores)} cores, ${String(machine.memoryGb)} GB. ${String(settings.payments)} payments in the past; ${String(Math.round(settings.ratePerSecond))} payments and errands a second, half of the ${String(Math.round(settings.peakPerSecond))} that the machine makes at most${settings.short ? "; a short run" : ""}.

With Interlock each change goes forward until both releases work, both serve, the new one is withdrawn and the change rolled back; then it goes forward again, the old release goes, and it is finished. With \`psql -f\` the migration runs as it stands and the releases are exchanged in the best order there is. Failed are payments, and the errands of merchants. Lost is what differs afterwards: rows of the past from what the migration alone makes of them, the structure, the ledger from the acquirer's record, and what merchants are told from what they were told. A statement's time is the server's, waiting for locks included; 0 is below 20 ms. Latencies are of payments in the shop and at terminals, in ms.

${String(met.length)} of ${String(planned.length)} that are planned meet every target: nothing failed, nothing lost, no statement beyond 300 ms, p99 within 1.5 × quiet, for which ${ms(quietMs)} ms is taken, the median of all trials.

${table([head, ...rows.map((row) => cellsOf(row, quietMs))])}

${rows.flatMap((row) => remarksOf(row, quietMs)).join("\n")}
`;
}

function cellsOf({ change, refusal, interlock, psql, pgroll }: Row, quietMs: number | null): string[] {
  return [
    change,
    ...(interlock === null
      ? [refusal === null ? "–" : `not planned: ${refusal.code}`, "", "", "", "", ""]
      : [
          String(interlock.failedPayments),
          lostOf(interlock),
          ms(interlock.longestStatementMs),
          `${ms(interlock.quiet.p99Ms)} → ${ms(interlock.changing.p99Ms)} / ${ms(interlock.both?.p99Ms ?? null)} (× ${String(timesQuiet(interlock, quietMs) ?? "–")})`,
          `${ms(interlock.longestLockWaitMs)} / ${ms(interlock.longestLockHeldMs)}`,
          missedTargets(interlock, quietMs).length === 0 ? "met" : "missed",
        ]),
    ...threeOf(psql),
    ...(pgroll === null ? ["–", "", ""] : "why" in pgroll ? ["can't say it", "", ""] : threeOf(pgroll)),
  ];
}

function threeOf(figures: Figures | null): string[] {
  if (figures === null) return ["–", "", ""];
  return [
    `${String(figures.failedPayments)}${figures.isWhole ? "" : " (given up)"}`,
    lostOf(figures),
    ms(figures.longestStatementMs),
  ];
}

function lostOf({ lost, isWhole }: Figures): string {
  return isWhole ? String(lost) : "?";
}

function ms(value: number | null): string {
  return value === null ? "–" : String(Math.round(value));
}

function remarksOf({ change, refusal, interlock, pgroll }: Row, quietMs: number | null): string[] {
  const missed = interlock === null ? [] : missedTargets(interlock, quietMs);
  return [
    ...(refusal === null ? [] : [`- ${change} is not planned: ${refusal.message.replaceAll(/\s+/g, " ")}`]),
    ...(missed.length === 0 ? [] : [`- ${change} misses: ${missed.join("; ")}.`]),
    ...(interlock?.faults ?? []).map((fault) => `  - ${fault.replaceAll(/\s+/g, " ").slice(0, 300)}`),
    ...(pgroll !== null && "why" in pgroll ? [`- ${change} with pgroll: ${pgroll.why}`] : []),
  ];
}

function table(rows: readonly (readonly string[])[]): string {
  const lines = rows.map((cells) => `| ${cells.join(" | ")} |`);
  lines.splice(1, 0, `|${head.map(() => "---").join("|")}|`);
  return lines.join("\n");
}
