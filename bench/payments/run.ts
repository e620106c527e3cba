import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describeMachine } from "../machine.ts";
import type { LoadFlags, LoadResult } from "./flags.ts";
import { load } from "./load.ts";
import { openPlatform, type MeasuredPlatform } from "./platform.ts";
import { processorTimeMs } from "./processor-time.ts";

// `npm run bench -- payments`: payments through the API beside the same statements from plain clients at the
// same concurrency, in turns; then whole payments as fast as they go; then at half of that, for latency.
const version = "2.2.0";
const acquirerLatencyMs = 5;
const payments = 50_000;
const rounds = 3;
const createConcurrency = 16;
const fullConcurrency = 64;
const seconds = 8;

interface Turn {
  what: string;
  perSecond: number;
  failed: number;
  /** Processor time of each part, in ms for each payment. */
  processorMs: Record<string, number>;
  latencyMs: LoadResult["latencyMs"];
}

async function measure(
  platform: MeasuredPlatform,
  what: string,
  program: "buyers" | "plain-clients",
  flags: Partial<LoadFlags>,
): Promise<Turn> {
  const before = await readProcessors(platform);
  const merchants = platform.access.keys.map((_, place) => `acc_${String(place + 1).padStart(6, "0")}`);
  const result = await load(
    program,
    { api: platform.apiUrl, seconds, ...flags },
    {
      DATABASE_URL: platform.databaseUrl,
      SHOP_ACCESS: JSON.stringify(platform.access),
      MERCHANTS: merchants.slice(0, 20).join(","),
      RELEASE: version,
    },
  );
  const after = await readProcessors(platform);
  const done = Math.max(1, result.done);
  const processorMs: Record<string, number> = { load: round(result.cpuMs / done) };
  for (const [name, ms] of Object.entries(after))
    processorMs[name] = round((ms - (before[name] ?? 0)) / done);
  const turn: Turn = {
    what,
    perSecond: round(result.done / result.seconds),
    failed: result.failed,
    processorMs,
    latencyMs: result.latencyMs,
  };
  const shares = Object.entries(processorMs).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
  const latencies = Object.entries(result.latencyMs).map(
    ([step, { p50, p99 }]) => `${step} ${String(p50)}/${String(p99)}`,
  );
  process.stdout.write(
    `${what.padEnd(28)} ${turn.perSecond.toFixed(0).padStart(6)}/s  failed ${String(turn.failed)}  processor ms each: ${shares.join(", ")}${latencies.length === 0 ? "" : `  p50/p99 ms: ${latencies.join(", ")}`}\n`,
  );
  return turn;
}

async function readProcessors({ pids }: MeasuredPlatform): Promise<Record<string, number>> {
  const times: Record<string, number> = {};
  for (const [name, pid] of Object.entries(pids)) {
    const ms = await processorTimeMs(pid);
    if (ms !== null) times[name] = ms;
  }
  return times;
}

const round = (value: number): number => Math.round(value * 100) / 100;
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Measures, prints, and writes to bench/results/payments.json. */
export async function run(): Promise<void> {
  const platform = await openPlatform({ payments, acquirerLatencyMs, version });
  try {
    const create = { step: "create", concurrency: createConcurrency } as const;
    const full = { step: "full", concurrency: fullConcurrency } as const;
    // Nobody is interested in code that is not compiled yet.
    await measure(platform, "warm-up", "buyers", { ...full, seconds: 5 });
    const turns: Turn[] = [];
    for (let count = 0; count < rounds; count++) {
      turns.push(await measure(platform, "create, API", "buyers", create));
      turns.push(await measure(platform, "create, plain clients", "plain-clients", create));
      turns.push(await measure(platform, "whole payment, API", "buyers", full));
      turns.push(await measure(platform, "whole payment, plain clients", "plain-clients", full));
    }
    const perSecond = (what: string): number =>
      median(turns.filter((turn) => turn.what === what).map((turn) => turn.perSecond));
    const rate = Math.floor(perSecond("whole payment, API") / 2);
    const half = await measure(platform, "whole payment at half rate", "buyers", {
      ...full,
      rate,
      seconds: 15,
    });
    const payP99 = half.latencyMs["pay"]?.p99 ?? null;
    const figures = {
      createPerSecond: perSecond("create, API"),
      createShareOfPlain: round(perSecond("create, API") / perSecond("create, plain clients")),
      fullPerSecond: perSecond("whole payment, API"),
      fullShareOfPlain: round(perSecond("whole payment, API") / perSecond("whole payment, plain clients")),
      ownOverheadP99Ms: payP99 === null ? null : round(payP99 - acquirerLatencyMs),
    };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    const date = new Date().toISOString().slice(0, 10);
    const settings = { version, acquirerLatencyMs, payments, createConcurrency, fullConcurrency, seconds };
    await writeFile(
      join(import.meta.dirname, "../results/payments.json"),
      `${JSON.stringify({ date, machine: describeMachine(), settings, figures, turns: [...turns, half] }, null, 2)}\n`,
    );
  } finally {
    await platform.close();
  }
}
