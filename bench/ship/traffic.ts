import { setTimeout as sleep } from "node:timers/promises";
import { openFronts } from "../../packages/payments/src/start/front.ts";
import { startPlatform, type Platform, type ShopSecond } from "../../packages/payments/src/start/platform.ts";
import { Histogram, type Buckets } from "../../packages/payments/src/shop/histogram.ts";
import type { ServerLog, StatementFigures } from "./server-log.ts";
import type { Place } from "./site.ts";

/** Payments in a second, in the shop and at terminals, and what merchants do besides. */
export interface Rates {
  shop: number;
  terminals: number;
  errands: number;
}

/** What clients and the server saw while something was going on. */
export interface PhaseFigures extends StatementFigures {
  phase: string;
  seconds: number;
  made: number;
  failed: number;
  /** How often each reason came up. */
  failures: Record<string, number>;
  /** Of payments in the shop and at terminals. */
  p50Ms: number | null;
  p99Ms: number | null;
  maxMs: number;
  latency: Buckets;
}

/** A platform under traffic whose figures are kept apart by what is going on. */
export interface Traffic {
  platform: Platform;
  /** What went before ends here: from now on figures belong to `phase`. */
  begin(phase: string): Promise<void>;
  /** Lets traffic go on; hears of it at once when a process ends by itself. */
  rest(ms: number): Promise<void>;
  /** Ends the last phase; nobody comes any more, and who is in is served. The processes stay. */
  calm(): Promise<void>;
  phases(): PhaseFigures[];
  /** What processes have said that is wrong with themselves. */
  alarms(): string[];
  close(): Promise<void>;
}

const channels = ["ecommerce", "pos", "errands"] as const;
const mostAlarms = 50;
/** What api, worker and terminals say when something is wrong with themselves, and not with a card or a receiver. */
const alarming =
  /"(?:request-failed|job-failed|recovery-failed|delivery-failed|stop-failed|database-session-lost)"/;
const calmMs = 20_000;

export interface TrafficOptions {
  place: Place;
  version: string;
  rates: Rates;
  log: ServerLog;
  rampMs?: number;
  /** Who finds so many others waiting leaves. */
  mostInFlight?: number;
  databaseUrlOf?: (version: string) => string;
}

/** Brings a release up with traffic on it. */
export async function openTraffic(options: TrafficOptions): Promise<Traffic> {
  const { place, version, rates, log } = options;
  const alarms: string[] = [];
  const phases: PhaseFigures[] = [];
  let seconds: ShopSecond[] = [];
  let phase = "settling";
  let phaseAt = performance.now();
  const fronts = await openFronts();
  const platform = await startPlatform({
    home: place,
    fronts,
    version,
    ratePerSecond: rates.shop,
    posRatePerSecond: rates.terminals,
    errandRatePerSecond: rates.errands,
    remembers: true,
    shopFlags: { "ramp-ms": options.rampMs ?? 2_000, "most-in-flight": options.mostInFlight ?? 1_000 },
    ...(options.databaseUrlOf === undefined ? {} : { databaseUrlOf: options.databaseUrlOf }),
    onSecond: (second) => void seconds.push(second),
    onDiagnostic: (line) => {
      if (alarming.test(line) && alarms.length < mostAlarms) alarms.push(line);
    },
  }).catch(async (error: unknown) => {
    await fronts.close();
    throw error;
  });
  const begin = async (next: string): Promise<void> => {
    await Promise.race([platform.cut(), platform.broken]);
    const took = (performance.now() - phaseAt) / 1_000;
    phases.push({ phase, ...sum(seconds), seconds: round(took), ...(await log.next(place.name)) });
    [phase, phaseAt, seconds] = [next, performance.now(), []];
  };
  await log.next(place.name);
  return {
    platform,
    begin,
    rest: async (ms) => Promise.race([sleep(ms), platform.broken]),
    async calm() {
      platform.setRates({ rate: 0, posRate: 0, errandRate: 0 });
      for (const untilMs = performance.now() + calmMs; performance.now() < untilMs;) {
        await Promise.race([platform.cut(), platform.broken]);
        const last = seconds.at(-1);
        if (last !== undefined && channels.every((channel) => last[channel].inFlight === 0)) break;
        await sleep(100);
      }
      await begin("calm");
    },
    phases: () => phases,
    alarms: () => alarms,
    async close() {
      await platform.stop();
      await fronts.close();
    },
  };
}

function sum(
  seconds: readonly ShopSecond[],
): Omit<PhaseFigures, "phase" | "seconds" | keyof StatementFigures> {
  const latency = new Histogram();
  const total = { made: 0, failed: 0, maxMs: 0 };
  const failures: Record<string, number> = {};
  for (const second of seconds) {
    for (const channel of channels) {
      const figures = second[channel];
      total.made += figures.made;
      total.failed += figures.failed;
      for (const [reason, count] of Object.entries(figures.failures))
        failures[`${channel} ${reason}`] = (failures[`${channel} ${reason}`] ?? 0) + count;
      // Errands are several requests, of which one looks a password up: they have latencies of their own.
      if (channel === "errands") continue;
      total.maxMs = Math.max(total.maxMs, figures.maxMs);
      latency.merge(figures.latency);
    }
  }
  const [p50Ms, p99Ms] = [0.5, 0.99].map((share) => latency.percentileMs(share));
  return { ...total, failures, p50Ms: p50Ms ?? null, p99Ms: p99Ms ?? null, latency: latency.buckets() };
}

const round = (value: number): number => Math.round(value * 100) / 100;
