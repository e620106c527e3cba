import { mkdir, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { check } from "../../packages/interlock/src/rehearsal/check.ts";
import { openShadow } from "../../packages/interlock/src/shadow/open-shadow.ts";
import { describeMachine } from "../machine.ts";
import { compare, type Comparison } from "./compare.ts";
import { readCorpus, type Pair } from "../corpus.ts";
import { scores, type Judged } from "./peers.ts";
import { lint, type Linter } from "./squawk.ts";
import { renderMarkdown, renderTotals, totalsOf, type Measured } from "./render.ts";

/** Every pair of the corpus through the real check: once cold, then each on a server that is up. */
export async function run(): Promise<void> {
  const { directory, pairs } = await readCorpus();
  const options = (pair: Pair) => ({
    migrations: pair.change.map((file) => join(directory, file)),
    baseline: pair.baseline.map((file) => join(directory, file)),
    old: [join(directory, pair.old)],
    new: [join(directory, pair.new)],
  });
  const [first] = pairs;
  if (first === undefined) throw new Error("the corpus has no pairs");
  const coldStart = performance.now();
  const cold = await check(options(first));
  const coldMilliseconds = Math.round(performance.now() - coldStart);
  const shadow = await openShadow();
  const compared: Comparison[] = [];
  const judged: Judged[] = [];
  try {
    for (const pair of pairs) {
      const start = performance.now();
      const report = await check({ ...options(pair), shadow });
      const milliseconds = Math.round(performance.now() - start);
      const comparison = compare(pair, { report, milliseconds });
      compared.push(comparison);
      judged.push({ pair, report });
      process.stdout.write(`${line(comparison)}\n`);
    }
  } finally {
    await shadow.close();
  }
  const linter = await lintChanges(directory, pairs);
  if (linter === undefined) {
    process.stdout.write("\nsquawk is not installed for this platform: the check is measured without it.\n");
  }
  const measured: Measured = {
    date: new Date().toISOString().slice(0, 10),
    machine: describeMachine(),
    postgresql: cold.shadow.version,
    coldMilliseconds,
    pairs: compared,
    scores: scores(judged, linter),
  };
  process.stdout.write(`\n${renderTotals(measured).join("\n")}\n`);
  await store(measured);
  const totals = totalsOf(compared);
  if (totals.foundOfExpected < totals.expectedBreaks || totals.ordersRight < compared.length)
    process.exitCode = 1;
}

/** By the paths of the corpus. */
async function lintChanges(directory: string, pairs: readonly Pair[]): Promise<Linter | undefined> {
  const files = [...new Set(pairs.flatMap(({ change }) => change))];
  const linter = await lint(files.map((file) => join(directory, file)));
  if (linter === undefined) return undefined;
  return {
    ...linter,
    files: new Map([...linter.files].map(([path, linted]) => [relative(directory, path), linted])),
  };
}

function line(comparison: Comparison): string {
  const { pair, order, expectedOrder, foundOfExpected, expectedBreaks, milliseconds, disagreements } =
    comparison;
  const mark = order === expectedOrder ? "✓" : "≠";
  const found = `${String(foundOfExpected)} of ${String(expectedBreaks)} breaks`;
  return [
    `${mark} ${pair.padEnd(20)} ${order.padEnd(13)} ${found.padEnd(16)} ${String(milliseconds).padStart(5)} ms`,
    ...disagreements.map(
      ({ kind, what, isProven, explanation }) =>
        `    ${kind}${isProven ? " (proven)" : ""}: ${what}: ${explanation}`,
    ),
  ].join("\n");
}

async function store(measured: Measured): Promise<void> {
  const directory = join(import.meta.dirname, "..", "results");
  await mkdir(directory, { recursive: true });
  const { pairs, ...about } = measured;
  const json = { ...about, totals: totalsOf(pairs), pairs };
  await writeFile(join(directory, "verdicts.json"), `${JSON.stringify(json, undefined, 2)}\n`);
  await writeFile(join(directory, "verdicts.md"), renderMarkdown(measured));
}
