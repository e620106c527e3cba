import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { planChange } from "../../packages/interlock/src/plan/plan-change.ts";
import { phaseNames } from "../../packages/interlock/src/plan/plan.ts";
import { openShadow, type Shadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { Failure, messageOf } from "../../packages/interlock/src/std/failure.ts";
import { readWorkload } from "../../packages/interlock/src/workload/read.ts";
import { readCorpus, type Pair } from "../corpus.ts";
import { describeMachine } from "../machine.ts";

// `npm run bench -- plans`: every pair of the corpus that can be deployed in neither order, planned and proved,
// or refused with the reason.

interface Row {
  pair: string;
  result: "planned" | "refused" | "failed";
  why: string;
  ms: number;
}

async function planPair(
  pair: Pair,
  { directory, shadow }: { directory: string; shadow: Shadow },
): Promise<Row> {
  const started = performance.now();
  const name = `${pair.from} → ${pair.to}`;
  const within = (path: string): string => join(directory, path);
  const done = (result: Row["result"], why: string): Row => ({
    pair: name,
    result,
    why,
    ms: Math.round(performance.now() - started),
  });
  try {
    const { plan, proof } = await planChange({
      migrations: pair.change.map(within),
      baseline: pair.baseline.map(within),
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
    const lines = error.code === "mapping-missing" ? error.next : error.message;
    return done("refused", `${error.code}: ${(lines ?? "").replaceAll(directory, "…")}`);
  }
}

/** Plans every such pair, prints what became of it, and writes it to bench/results/. */
export async function run(): Promise<void> {
  const { directory, pairs } = await readCorpus();
  const shadow = await openShadow();
  try {
    const rows: Row[] = [];
    for (const pair of pairs.filter(({ expected }) => expected.order === "split")) {
      const row = await planPair(pair, { directory, shadow });
      rows.push(row);
      process.stdout.write(
        `${row.pair.padEnd(18)} ${row.result.padEnd(8)} ${String(row.ms).padStart(6)} ms  ${row.why}\n`,
      );
    }
    const count = (result: Row["result"]): number => rows.filter((row) => row.result === result).length;
    process.stdout.write(
      `${String(rows.length)} pairs of order split: ${String(count("planned"))} planned, ${String(count("refused"))} refused, ${String(count("failed"))} failed\n`,
    );
    const date = new Date().toISOString().slice(0, 10);
    const file = join(import.meta.dirname, "../results/plans.json");
    await writeFile(file, `${JSON.stringify({ date, machine: describeMachine(), rows }, null, 2)}\n`);
    if (count("failed") > 0) process.exitCode = 1;
  } finally {
    await shadow.close();
  }
}
