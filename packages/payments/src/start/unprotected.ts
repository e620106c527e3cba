import { readFile } from "node:fs/promises";
import { Client } from "pg";
import { change } from "./change.ts";
import { reportTraffic } from "./report.ts";
import { newVersion, oldVersion, openRun, type RunOptions } from "./run.ts";
import { count, seconds } from "./screen.ts";

/** How long the second half is late. On the day it was 16 minutes. */
const gapMs = 12_000;
const afterMs = 5_000;

/**
 * The change as it went on 17 December: the structural half directly, the application half after a gap.
 * Returns whether it showed what it is for: e-commerce payments fail, payments at terminals don't.
 */
export async function runUnprotected(options: RunOptions): Promise<boolean> {
  const { screen } = options;
  const run = await openRun(options);
  try {
    screen.line();
    screen.line("the 17 December change, without Interlock");
    run.figures.period = "change";
    const tookMs = await applyDirectly(run.home.databaseUrl);
    screen.line(
      `  structure  applied directly in ${seconds(tookMs)}; payments@${oldVersion} goes on running`,
    );
    await run.wait(gapMs);
    const failing = run.figures.latest;
    screen.line(
      `  outage     ${count(failing?.ecommerce.failed ?? 0)} of ${count((failing?.ecommerce.failed ?? 0) + (failing?.ecommerce.made ?? 0))} payments/s fail in the shop, ${count(failing?.pos.failed ?? 0)} of ${count((failing?.pos.failed ?? 0) + (failing?.pos.made ?? 0))} at terminals`,
    );
    await run.platform.release(newVersion);
    await run.platform.retire(oldVersion);
    screen.line(`  release    payments@${newVersion} in the place of ${oldVersion}, ${seconds(gapMs)} later`);
    await run.wait(afterMs);
    run.figures.period = "otherwise";
    const summary = await run.platform.stopTraffic();
    screen.line();
    reportTraffic({ screen, figures: run.figures, summary });
    screen.line(
      `  outage     e-commerce payments failed for ${String(run.figures.secondsFailing("ecommerce"))} s, terminal payments for ${String(run.figures.secondsFailing("pos"))} s   (17 December 2024: 20 min)`,
    );
    return summary.ecommerce.failed > 0 && summary.pos.failed === 0;
  } finally {
    await run.close();
  }
}

/** As any migration tool would: statement by statement, each its own transaction. Returns how long it took in ms. */
async function applyDirectly(databaseUrl: string): Promise<number> {
  const sql = await readFile(change.migration, "utf8");
  const client = new Client({ connectionString: databaseUrl, application_name: "migrate" });
  await client.connect();
  try {
    const started = performance.now();
    await client.query(sql);
    return performance.now() - started;
  } finally {
    await client.end();
  }
}
