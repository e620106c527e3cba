// Tells as many subscribers as one likes by email and kills the server (-9) at seeded moments in the middle:
// `node e2e/tell-many.ts [subscribers] [seed] [kills]`. Exit code 1 when anybody was told nothing, or was told twice
// where nothing was in doubt.
import { seededMoments } from "./notify/seeded-moments.ts";
import { tellMany } from "./notify/tell-many.ts";

const subscribers = Number(process.argv[2] ?? 100_000);
const seed = Number(process.argv[3] ?? Math.floor(Math.random() * 1e9));
const kills = Number(process.argv[4] ?? 3);
process.stdout.write(`seed ${String(seed)}\n`);

const told = await tellMany({
  subscribers,
  kills: seededMoments({ seed, count: kills }),
  progress: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
const right = told.lost === 0 && told.strange === 0 && told.repeated <= told.doubts;
process.exitCode = right ? 0 : 1;
