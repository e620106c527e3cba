// Random histories, each shipped for real under writes and kills and held against a single history:
// `node e2e/write-histories.ts [runs] [first seed]`. Exit code 1 when any differs.
import * as fc from "fast-check";
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { choices } from "./histories/choices.ts";
import { makeHistory } from "./histories/history.ts";
import { runHistory } from "./histories/run-history.ts";
import { TargetServer } from "./histories/target.ts";

const runs = Number(process.argv[2] ?? 200);
const firstSeed = Number(process.argv[3] ?? 1);
const counts = new Map<string, number>();
const totals = { writes: 0, refusedWrites: 0, kills: 0, wrong: 0 };
const shadow = await openShadow();
const target = await TargetServer.start();
try {
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const [choice] = fc.sample(choices, { seed, numRuns: 1 });
    if (choice === undefined) throw new Error("a seed gives a history");
    const startedAt = performance.now();
    try {
      const result = await runHistory({ shadow, target }, choice);
      const what = result.ended.replaceAll(/[0-9]+/g, "…");
      counts.set(what, (counts.get(what) ?? 0) + 1);
      totals.writes += result.writes;
      totals.refusedWrites += result.refusedWrites;
      totals.kills += result.kills;
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
      process.stdout.write(
        `seed ${String(seed)}: ${result.operations.join(", ")}: ${result.ended} (${String(result.writes)} writes, ${seconds} s)\n`,
      );
    } catch (error) {
      totals.wrong += 1;
      const { change, baseline } = makeHistory(choice);
      process.stdout.write(
        `seed ${String(seed)} IS WRONG: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n${baseline.schema}--\n${change.migration}\n`,
      );
    }
  }
} finally {
  await target.stop();
  await shadow.close();
}
for (const [what, count] of [...counts].toSorted()) {
  process.stdout.write(`${String(count).padStart(5)}  ${what}\n`);
}
process.stdout.write(
  `${String(runs)} histories, ${String(totals.writes)} writes (${String(totals.refusedWrites)} refused in both), ${String(totals.kills)} kills, ${String(totals.wrong)} wrong\n`,
);
process.exitCode = totals.wrong === 0 ? 0 : 1;
