// Kills `interlock ship`, and PostgreSQL underneath it, in as many places as one likes, and compares what is left after
// resume or rollback with a run in which nothing was killed: `node e2e/kill-many.ts [runs] [first seed] [--keep]`. Two
// thirds of the runs kill the executor, the others PostgreSQL. Exit code 1 when any differs.
import { openShadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { runKilled, type KilledRun } from "./crash/killed-executor.ts";
import { MortalServer, runWithPostgresKilled } from "./crash/killed-postgres.ts";
import { makeChanges } from "./crash/plans.ts";
import { makeReference, type Reference } from "./crash/reference.ts";
import { keepResult } from "./keep-result.ts";

const [runsGiven, firstGiven] = process.argv.slice(2).filter((text) => !text.startsWith("--"));
const runs = Number(runsGiven ?? 300);
const firstSeed = Number(firstGiven ?? 1);
const counts = new Map<string, number>();
const wrong: string[] = [];

async function tally(what: string, seed: number, run: () => Promise<KilledRun>): Promise<void> {
  try {
    const { change, killedWhile, state } = await run();
    const kills = killedWhile.length === 0 ? "not killed" : `killed while ${killedWhile.join(", then ")}`;
    const line = `${what}, ${change}, ${kills}: ${state}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  } catch (error) {
    const line = `seed ${String(seed)} (${what}): ${error instanceof Error ? error.message : String(error)}`;
    wrong.push(line);
    process.stderr.write(`${line}\n`);
  }
}

function at(references: readonly Reference[], seed: number): Reference {
  const reference = references[Math.floor(seed / 3) % references.length];
  if (reference === undefined) throw new Error("there are changes");
  return reference;
}

const shadow = await openShadow();
const server = await MortalServer.start();
let messages = 0;
try {
  const changes = await makeChanges(shadow);
  const executors: Reference[] = [];
  const servers: Reference[] = [];
  for (const change of changes) {
    executors.push(await makeReference(shadow, change));
    servers.push(await makeReference(server, change));
  }
  messages = executors.reduce((sum, reference) => sum + reference.messages.ship, 0);
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    if (seed % 3 === 0)
      await tally("PostgreSQL", seed, () =>
        runWithPostgresKilled(server, { reference: at(servers, seed), seed }),
      );
    else await tally("executor", seed, () => runKilled(shadow, { reference: at(executors, seed), seed }));
  }
  for (const reference of [...executors, ...servers]) await reference.drop();
} finally {
  await server.stop();
  await shadow.close();
}
const seen = Object.fromEntries([...counts].toSorted());
for (const [what, count] of Object.entries(seen))
  process.stdout.write(`${String(count).padStart(5)}  ${what}\n`);
process.stdout.write(`${String(runs)} runs, ${String(wrong.length)} wrong\n`);
if (process.argv.includes("--keep"))
  await keepResult("crash", { runs, firstSeed, messagesThatCanBeStruck: messages, wrong, seen });
process.exitCode = wrong.length === 0 ? 0 : 1;
