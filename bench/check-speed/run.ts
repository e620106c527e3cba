import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describeMachine } from "../machine.ts";
import { readCorpus } from "../corpus.ts";
import { writeHistory } from "./made-up-history.ts";
import { watchMemory } from "./memory.ts";

const root = resolve(import.meta.dirname, "../..");
const runs = Number(process.env["CHECK_RUNS"] ?? 7);
const migrations = Number(process.env["HISTORY_MIGRATIONS"] ?? 300);
const warm = ["--keep-shadow", "20s"];

/**
 * How long `interlock check` and `interlock backtest` take as whole processes, from start to exit: one migration of
 * a real application's history; 500 statements in 10 states; a history of 300 migrations. Cold starts and removes a
 * shadow, warm finds one that an earlier check has kept.
 */
export async function run(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), "interlock-check-speed-"));
  try {
    const figures = [
      ...(await onePair()),
      ...(await tenStates(directory)),
      ...(await longHistory(directory)),
    ];
    await report(figures);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function onePair(): Promise<Figure[]> {
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
  const [first = 0, second = 0] = statements;
  const both = `${String(first + second)} statements of two versions`;
  const on = `on ${String(pair.baseline.length)} migrations`;
  return [
    await measure(`cold, 1 migration ${on}, ${String(first)} statements`, { words: one, directory }),
    await measure(`cold, 1 migration ${on}, ${both}`, { words: two, directory }),
    await measure(`warm, 1 migration ${on}, ${String(first)} statements`, {
      words: [...one, ...warm],
      directory,
    }),
    await measure(`warm, 1 migration ${on}, ${both}`, { words: [...two, ...warm], directory }),
  ];
}

async function tenStates(directory: string): Promise<Figure[]> {
  const made = await writeHistory(directory, { migrations: 10, statements: 500 });
  const words = ["check", made.directory, "--since", "0001", "--old", made.workload];
  return [
    await measure("cold, 500 statements in 10 states", { words, directory }),
    await measure("warm, 500 statements in 10 states", { words: [...words, ...warm], directory }),
  ];
}

async function longHistory(directory: string): Promise<Figure[]> {
  const made = await writeHistory(directory, { migrations, statements: 60 });
  const words = ["backtest", made.directory, "--workloads", made.workloads];
  const what = `history of ${String(migrations)} migrations, 60 statements`;
  return [
    await measure(what, { words: [...words, "--fresh"], directory, times: 1 }),
    // The first of these rehearses once more and keeps what it finds.
    await measure(`${what}, again`, { words, directory, times: 1, warmUp: true }),
  ];
}

interface Figure {
  what: string;
  minMs: number;
  medianMs: number;
  maxMs: number;
  /** Of this process, its server and the server's files, at its highest. */
  peakMb: number | null;
}

async function measure(
  what: string,
  {
    words,
    directory,
    times = runs,
    warmUp = times > 1,
  }: { words: readonly string[]; directory: string; times?: number; warmUp?: boolean },
): Promise<Figure> {
  const taken: number[] = [];
  let peakMb: number | null = null;
  // The first is for whatever is read from the disk for the first time, and for the shadow to be kept. Looking at the
  // memory takes time of its own: it is done in one more run behind those that are timed, or in the only one.
  for (let turn = warmUp ? 0 : 1; turn <= (times > 1 ? times + 1 : times); turn += 1) {
    const isWatched = turn > times || times === 1;
    const started = performance.now();
    const child = spawn(process.execPath, [join(root, "packages/interlock/bin/interlock.js"), ...words], {
      cwd: directory,
      stdio: "ignore",
    });
    const memory = isWatched ? watchMemory(child.pid ?? 0) : undefined;
    const [code] = (await once(child, "exit")) as [number | null];
    const milliseconds = performance.now() - started;
    if (memory !== undefined) ({ peakMb } = memory.stop());
    // Unknown is an answer: what the sizes of tables decide is not known of a history that was made up.
    if (code !== 0 && code !== 3) throw new Error(`${what}: it ended with ${String(code)}`);
    if (turn > 0 && turn <= times) taken.push(milliseconds);
  }
  const sorted = taken.toSorted((left, right) => left - right);
  const at = (place: number): number => Math.round(sorted[place] ?? 0);
  const figure = {
    what,
    minMs: at(0),
    medianMs: at(Math.floor(times / 2)),
    maxMs: at(times - 1),
    peakMb,
  };
  process.stdout.write(`${line(figure)}\n`);
  return figure;
}

function line({ what, minMs, medianMs, maxMs, peakMb }: Figure): string {
  const memory = peakMb === null ? "" : `   at most ${String(peakMb)} MB`;
  return `${what.padEnd(62)} median ${String(medianMs)} ms   fastest ${String(minMs)} ms   slowest ${String(maxMs)} ms${memory}`;
}

async function report(figures: readonly Figure[]): Promise<void> {
  const file = join(root, "bench/results/check-speed.json");
  const date = new Date().toISOString().slice(0, 10);
  const result = { date, machine: describeMachine(), runs, figures };
  await writeFile(file, `${JSON.stringify(result, null, 2)}\n`);
}
