import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { applyMigration } from "../../packages/interlock/src/migration/apply.ts";
import type { Migration } from "../../packages/interlock/src/migration/migration.ts";
import { readMigrations } from "../../packages/interlock/src/migration/read.ts";
import { planSources } from "../../packages/interlock/src/plan/plan-change.ts";
import { phaseNames } from "../../packages/interlock/src/plan/plan.ts";
import { openShadow, type Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure, messageOf } from "../../packages/interlock/src/std/failure.ts";
import { readWorkload } from "../../packages/interlock/src/workload/read.ts";
import { readCorpus, type Pair } from "../corpus.ts";
import { describeMachine } from "../machine.ts";

// `npm run bench -- plans`: every pair of the corpus that can be deployed in neither order, planned and proved,
// or refused with the reason. Where a plan asks for mappings, lines/ has what a user would write, and the pair is
// planned once more with them.

interface Row {
  pair: string;
  withLines: boolean;
  result: "planned" | "refused" | "failed";
  why: string;
  ms: number;
}

/** The mappings that a user would write for a pair; undefined where none are kept. */
async function linesOf({ from, to }: Pair): Promise<string | undefined> {
  const file = join(import.meta.dirname, "lines", `${from}-${to}.sql`);
  return readFile(file, "utf8").catch(() => undefined);
}

function withLines(files: readonly Migration[], lines: string): Migration[] {
  return files.map((file, at) =>
    at === files.length - 1 ? { ...file, text: `${file.text}\n${lines}` } : file,
  );
}

async function planPair(
  pair: Pair,
  { directory, shadow, lines }: { directory: string; shadow: Shadow; lines?: string },
): Promise<Row> {
  const started = performance.now();
  const name = `${pair.from} → ${pair.to}${lines === undefined ? "" : ", with the lines"}`;
  const within = (path: string): string => join(directory, path);
  const done = (result: Row["result"], why: string): Row => ({
    pair: name,
    withLines: lines !== undefined,
    result,
    why,
    ms: Math.round(performance.now() - started),
  });
  try {
    const files = await readMigrations(pair.change.map(within));
    const earlier = await readMigrations(pair.baseline.map(within));
    const { plan, proof } = await planSources({
      files: lines === undefined ? files : withLines(files, lines),
      baseline: async (client) => {
        for (const migration of earlier) await applyMigration(client, migration);
      },
      baselineTexts: earlier.map(({ text }) => text),
      old: [await readWorkload(within(pair.old))],
      new: [await readWorkload(within(pair.new))],
      shadow,
    });
    const steps = phaseNames.map((phase) => `${phase} ${String(plan.phases[phase].length)}`).join(", ");
    return done(
      "planned",
      `${steps}; ${String(proof.statements)} statements × ${String(proof.states)} states`,
    );
  } catch (error) {
    if (!(error instanceof Failure)) return done("failed", messageOf(error));
    const said = error.code === "mapping-missing" ? error.next : error.message;
    return done("refused", `${error.code}: ${(said ?? "").replaceAll(directory, "…")}`);
  }
}

/** Plans every such pair, prints what became of it, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const { directory, pairs } = await readCorpus();
  const shadow = await openShadow();
  try {
    const rows: Row[] = [];
    const split = pairs.filter(({ expected }) => expected.order === "split");
    const tell = (row: Row): void => {
      rows.push(row);
      process.stdout.write(
        `${row.pair.padEnd(34)} ${row.result.padEnd(8)} ${String(row.ms).padStart(6)} ms  ${row.why}\n`,
      );
    };
    for (const pair of split) {
      tell(await planPair(pair, { directory, shadow }));
      const lines = await linesOf(pair);
      if (lines !== undefined) tell(await planPair(pair, { directory, shadow, lines }));
    }
    const count = (result: Row["result"], given: boolean): number =>
      rows.filter((row) => row.result === result && row.withLines === given).length;
    process.stdout.write(
      `${String(split.length)} pairs of order split: ${String(count("planned", false))} planned as they stand, ${String(count("planned", true))} more with the lines; ${String(count("refused", false))} and ${String(count("refused", true))} refused\n`,
    );
    const date = new Date().toISOString().slice(0, 10);
    const file = join(import.meta.dirname, "../results/plans.json");
    await writeFile(file, `${JSON.stringify({ date, machine: describeMachine(), rows }, null, 2)}\n`);
    if (rows.some(({ result }) => result === "failed")) process.exitCode = 1;
  } finally {
    await shadow.close();
  }
}
