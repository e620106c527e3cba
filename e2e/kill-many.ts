// Kills `interlock ship` in as many places as one likes and compares what is left after resume or rollback with
// a run that nobody killed: `node e2e/kill-many.ts [runs] [first seed]`. Exit code 1 when any differs.
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { makeReference, runKilled } from "./killed-ship.ts";

const runs = Number(process.argv[2] ?? 200);
const firstSeed = Number(process.argv[3] ?? 1);
const shadow = await openShadow();
const counts = new Map<string, number>();
let wrong = 0;
try {
  const reference = await makeReference(shadow);
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    try {
      const { killedWhile, state } = await runKilled(shadow, reference, seed);
      const kills = killedWhile.length === 0 ? "not killed" : `killed while ${killedWhile.join(", then ")}`;
      const what = `${kills}: ${state}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    } catch (error) {
      wrong += 1;
      process.stderr.write(
        `seed ${String(seed)}: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
  }
} finally {
  await shadow.close();
}
for (const [what, count] of [...counts].toSorted())
  process.stdout.write(`${String(count).padStart(5)}  ${what}\n`);
process.stdout.write(`${String(runs)} runs, ${String(wrong)} wrong\n`);
process.exitCode = wrong === 0 ? 0 : 1;
