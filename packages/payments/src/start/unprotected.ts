import { setTimeout as sleep } from "node:timers/promises";
import { applyDirectly } from "./apply-directly.ts";
import { startInterlockServer, type InterlockServer } from "./interlock-server.ts";
import { reportTraffic } from "./report.ts";
import { newVersion, oldVersion, openRun, type RunOptions } from "./run.ts";
import { count, seconds, type Screen } from "./screen.ts";
import { environment, setUpInterlock } from "./set-up-interlock.ts";

/** How long the second half is late. On the day it was 16 minutes. */
const gapMs = 12_000;
const afterMs = 5_000;
/** An alarm comes within a second; one that takes longer than this is told as none. */
const longestAlarmMs = 30_000;

/**
 * The change as it went on 17 December: the structural half directly, the application half after a gap.
 * Returns whether it showed what it is for: e-commerce payments fail, payments at terminals don't.
 */
export async function runUnprotected(options: RunOptions): Promise<boolean> {
  const { screen } = options;
  const run = await openRun(options);
  const started = performance.now();
  let server: InterlockServer | undefined;
  try {
    server = await startInterlockServer({ home: run.home, signal: options.signal });
    await setUpInterlock(server);
    await server.ask("watch", "enable", "--database", run.home.databaseUrl);
    screen.done(`Interlock: watch over ${environment}, and nobody asks the gate`, {
      tookMs: performance.now() - started,
    });
    screen.line();
    screen.line("the 17 December change, without Interlock");
    run.figures.period = "change";
    const tookMs = await applyDirectly(run.home.databaseUrl);
    screen.line(
      `  structure  applied directly in ${seconds(tookMs)}; payments@${oldVersion} goes on running`,
    );
    const appliedAt = Date.now();
    await tellAlarm({ server, screen, appliedAt, signal: options.signal });
    await run.rest(Math.max(0, gapMs - (Date.now() - appliedAt)));
    const failing = run.figures.latest;
    screen.line(
      `  outage     ${count(failing?.ecommerce.failed ?? 0)} of ${count((failing?.ecommerce.failed ?? 0) + (failing?.ecommerce.made ?? 0))} payments/s fail in the shop, ${count(failing?.pos.failed ?? 0)} of ${count((failing?.pos.failed ?? 0) + (failing?.pos.made ?? 0))} at terminals`,
    );
    const lateMs = Date.now() - appliedAt;
    await run.platform.release(newVersion);
    await run.platform.retire(oldVersion);
    screen.line(
      `  release    payments@${newVersion} in the place of ${oldVersion}, ${seconds(lateMs)} later`,
    );
    await run.rest(afterMs);
    run.figures.period = "otherwise";
    const summary = await run.platform.stopTraffic();
    screen.line();
    reportTraffic({ screen, figures: run.figures, summary });
    screen.line(
      `  outage     e-commerce payments failed for ${String(run.figures.secondsFailing("ecommerce"))} s, terminal payments for ${String(run.figures.secondsFailing("pos"))} s   (17 December 2024: 20 min)`,
    );
    return summary.ecommerce.failed > 0 && summary.pos.failed === 0;
  } finally {
    await server?.close();
    await run.close();
  }
}

interface Alarm {
  appVersion: string;
  statements: unknown[];
  ddl: { tag: string; who: string; applicationName: string }[];
  raisedAt: string;
}

/** What the watch has to say, and how long after the change it said so. */
async function tellAlarm({
  server,
  screen,
  appliedAt,
  signal,
}: {
  server: InterlockServer;
  screen: Screen;
  appliedAt: number;
  signal: AbortSignal;
}): Promise<void> {
  while (Date.now() - appliedAt < longestAlarmMs) {
    const { alarms } = (await server.read(`/environments/${environment}/alarms?open=true`)) as {
      alarms: Alarm[];
    };
    const [alarm] = alarms;
    if (alarm !== undefined) {
      const { appVersion, statements, raisedAt } = alarm;
      const [ddl] = alarm.ddl;
      const by = ddl === undefined ? "" : `; ${ddl.tag} by ${ddl.who} (${ddl.applicationName})`;
      const laterMs = Math.max(0, Date.parse(raisedAt) - appliedAt);
      screen.line(
        `  alarm      ${seconds(laterMs)} later: ${String(statements.length)} statements of ${appVersion} do not prepare any more${by}`,
      );
      return;
    }
    await sleep(50, undefined, { signal });
  }
  screen.line("  alarm      none");
}
