import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describeMachine } from "../machine.ts";
import { readCorpus } from "../corpus.ts";

const runs = 7;
const root = resolve(import.meta.dirname, "../..");

/**
 * How long `interlock check` takes as a whole process, from its start to its exit: one migration of a real
 * application's history over all statements of two releases. Cold starts and removes a shadow; warm finds one
 * that an earlier check has kept.
 */
export async function run(): Promise<void> {
  const { directory, pairs } = await readCorpus();
  const pair = pairs.find(({ from, change }) => from === "v0.1.0" && change.length === 1);
  if (pair === undefined) throw new Error("the history has v0.1.0 with one migration");
  const statements = await Promise.all(
    [pair.old, pair.new].map(async (path) => {
      const text = await readFile(join(directory, path), "utf8");
      return (JSON.parse(text) as { statements: unknown[] }).statements.length;
    }),
  );
  const one = ["check", ...pair.change, "--baseline", ...pair.baseline, "--old", pair.old];
  const two = [...one, "--new", pair.new];
  const warm = ["--keep-shadow", "20s"];
  const [first = 0, second = 0] = statements;
  await report({
    pair: `${pair.from} → ${pair.to}`,
    baseline: pair.baseline.length,
    figures: [
      { what: `cold, ${String(first)} statements`, ...(await measure(one, directory)) },
      {
        what: `cold, ${String(first + second)} statements of two versions`,
        ...(await measure(two, directory)),
      },
      { what: `warm, ${String(first)} statements`, ...(await measure([...one, ...warm], directory)) },
      {
        what: `warm, ${String(first + second)} statements of two versions`,
        ...(await measure([...two, ...warm], directory)),
      },
    ],
  });
}

interface Measured {
  minMs: number;
  medianMs: number;
  maxMs: number;
}

async function measure(args: readonly string[], directory: string): Promise<Measured> {
  const times: number[] = [];
  for (let turn = 0; turn <= runs; turn += 1) {
    const started = performance.now();
    const child = spawn(process.execPath, [join(root, "packages/interlock/bin/interlock.js"), ...args], {
      cwd: directory,
      stdio: "ignore",
    });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw new Error(`the check ended with ${String(code)}; it should find the change safe`);
    // The first is for whatever is read from the disk for the first time, and for the shadow to be kept.
    if (turn > 0) times.push(performance.now() - started);
  }
  const sorted = times.toSorted((left, right) => left - right);
  const at = (place: number): number => Math.round(sorted[place] ?? 0);
  return { minMs: at(0), medianMs: at(Math.floor(runs / 2)), maxMs: at(runs - 1) };
}

async function report(result: {
  pair: string;
  baseline: number;
  figures: (Measured & { what: string })[];
}): Promise<void> {
  const machine = describeMachine();
  const text = [
    `interlock check of ${result.pair}, whole process, ${String(runs)} runs each`,
    `one migration on a baseline of ${String(result.baseline)} files`,
    ...result.figures.map(
      ({ what, minMs, medianMs, maxMs }) =>
        `${what.padEnd(40)} median ${String(medianMs)} ms   fastest ${String(minMs)} ms   slowest ${String(maxMs)} ms`,
    ),
  ].join("\n");
  process.stdout.write(`${text}\n`);
  const file = join(root, "bench/results/check-speed.json");
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(file, `${JSON.stringify({ date, machine, ...result }, null, 2)}\n`);
}
