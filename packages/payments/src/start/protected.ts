import type { CheckReport } from "pg-interlock/check";
import type { Plan, Proof } from "pg-interlock/plan";
import { change } from "./change.ts";
import { interlock } from "./interlock.ts";
import { reportTraffic } from "./report.ts";
import { newVersion, oldVersion, openRun, type Run, type RunOptions } from "./run.ts";
import { seconds, type Screen } from "./screen.ts";
import { shipUpTo } from "./ship-up-to.ts";

const before = `payments@${oldVersion}`;
const after = `payments@${newVersion}`;
const terminals = "terminals@1.0.0";
/** Findings that mean that a statement stops working. */
const breaks: readonly string[] = ["statement-breaks", "write-breaks", "cached-plan-breaks"];
/** How long both versions serve side by side, and how long the traffic is watched after the contract phase. */
const besideMs = 5_000;
const afterMs = 5_000;

/**
 * The change of 17 December through Interlock: refused as it is, split, proved, and shipped under live
 * traffic. Returns whether no payment failed.
 */
export async function runProtected(options: RunOptions & { once: boolean }): Promise<boolean> {
  const { screen, signal, once } = options;
  const run = await openRun(options);
  try {
    screen.line();
    screen.line("the 17 December change");
    run.figures.period = "rehearsal";
    const merged = performance.now();
    const plan = await judge({ screen, signal });
    run.figures.period = "change";
    screen.line();
    const made = await shipUpTo({ run, screen, plan, to: "migrate", signal });
    await rollOut(run, screen);
    const contracted = await shipUpTo({ run, screen, plan, to: "contract", signal });
    const shippedMs = performance.now() - merged;
    run.figures.period = "otherwise";
    await run.wait(afterMs);
    if (!once) await stayUp(run, { screen, signal });
    const summary = await run.platform.stopTraffic();
    screen.line();
    reportTraffic({ screen, figures: run.figures, summary });
    const waits = Math.max(made.longestLockWaitMs, contracted.longestLockWaitMs);
    const holds = Math.max(made.longestLockHeldMs, contracted.longestLockHeldMs);
    screen.line(
      `  locks      longest wait for one ${waits.toFixed(0)} ms, longest held ${holds.toFixed(0)} ms`,
    );
    screen.line(`  merge to contract ${seconds(shippedMs)}   (17 December 2024: 29 min, 20 of them down)`);
    return summary.ecommerce.failed === 0 && summary.pos.failed === 0;
  } finally {
    await run.close();
  }
}

/** Asks whether the change may go out as it is, and has it planned since it may not. */
async function judge({ screen, signal }: { screen: Screen; signal: AbortSignal }): Promise<Plan> {
  const sources = [change.migration, "--baseline", change.baseline, "--keep-shadow", "5s"];
  const old = ["--old", change.workload(before), change.workload(terminals)];
  screen.passing("  rehearses the change under the workloads of every version …");
  const report = (await interlock(
    ["check", ...sources, ...old, "--new", change.workload(after)],
    signal,
  )) as CheckReport;
  const blocked = screen.style("yellow", "blocked");
  screen.line(`  structure alone?        ${blocked}   ${broken(report, before)}`);
  screen.line(`  ${after} alone?   ${blocked}   ${broken(report, after)} on today's schema`);
  if (report.order !== "split") {
    throw new Error(
      `The change can be deployed in order ${String(report.order)}; it was made to need both halves at once.`,
    );
  }
  const plan = (await interlock(
    ["plan", ...sources, ...old, "--new", change.workload(after), change.workload(terminals)],
    signal,
  )) as Plan & { proof: Proof };
  const { statements, states, tookMs } = plan.proof;
  screen.line(
    `  split                   ${screen.style("green", "go")}        proved: ${String(statements)} statements × ${String(states)} states in ${seconds(tookMs)}`,
  );
  return plan;
}

/** For people: how many statements of a version stop working, and by which errors. */
function broken({ findings }: CheckReport, app: string): string {
  const those = findings.filter((finding) => finding.app === app && breaks.includes(finding.code));
  const states = [...new Set(those.flatMap(({ sqlstate }) => sqlstate ?? []))].join(", ");
  const statements = new Set(those.map(({ statement }) => statement)).size;
  return `${String(statements)} statements of ${app} would fail${states === "" ? "" : ` (${states})`}`;
}

/** The new version beside the old one, then alone. */
async function rollOut({ platform, wait }: Run, screen: Screen): Promise<void> {
  await platform.release(newVersion);
  screen.passing(`  release    ${after} beside ${oldVersion} …`);
  await wait(besideMs);
  await platform.retire(oldVersion);
  screen.line(
    `  release    ${after} beside ${oldVersion} for ${seconds(besideMs)}, then ${oldVersion} drained`,
  );
}

/** Goes on until the user has had enough. */
async function stayUp(
  { figures, platform }: Run,
  { screen, signal }: { screen: Screen; signal: AbortSignal },
): Promise<void> {
  const { made, failed } = figures.of("ecommerce");
  screen.line();
  screen.line(`  so far ${String(made)} payments made, ${String(failed)} failed; the traffic goes on`);
  screen.line("Ctrl-C prints the figures and stops everything.");
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([interrupted, platform.broken]);
}
