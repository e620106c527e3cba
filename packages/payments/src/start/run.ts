import { setTimeout as sleep } from "node:timers/promises";
import { Figures } from "./figures.ts";
import type { Ground } from "./ground.ts";
import { startPlatform, type Platform } from "./platform.ts";
import { count, type Screen } from "./screen.ts";

export interface RunOptions {
  screen: Screen;
  ratePerSecond: number;
  posRatePerSecond: number;
  /** How long the traffic is watched before anything happens, after it has settled. */
  quietSeconds: number;
  /** Every rest is so many times as long. */
  pace: number;
  signal: AbortSignal;
}

/** A platform with traffic on it, and what is known of that traffic. */
export interface Run {
  platform: Platform;
  figures: Figures;
  /** Waits, at its pace, and hears of it at once when the platform breaks or the user has had enough. */
  rest(ms: number): Promise<void>;
  /** Ends the traffic and every process, whichever of them are up. */
  close(): Promise<void>;
}

export const oldVersion = "2.2.0";
export const newVersion = "2.3.0";

/** The rate rises for this long, and the processes' code becomes warm. */
const settlingMs = 6_000;

/** Brings the platform up with the old version of the api, and traffic, and watches it quietly. */
export async function openRun({ home, fronts }: Ground, options: RunOptions): Promise<Run> {
  const { screen, ratePerSecond, posRatePerSecond, pace, signal } = options;
  const figures = new Figures();
  const started = performance.now();
  const platform = await startPlatform({
    home,
    fronts,
    version: oldVersion,
    ratePerSecond,
    posRatePerSecond,
    onSecond: (second) => {
      figures.add(second);
      screen.passing(
        `  now ${count(second.ecommerce.made)} payments/s, ${count(second.pos.made)}/s at terminals, p99 ${String(second.ecommerce.p99Ms ?? "–")} ms`,
      );
    },
    // What the processes say of single requests counts in the figures; here it would only be in the way.
    onDiagnostic: () => undefined,
  });
  const wait = async (ms: number): Promise<void> =>
    Promise.race([sleep(Math.max(0, ms), undefined, { signal }), platform.broken]);
  const rest = async (ms: number): Promise<void> => wait(ms * pace);
  try {
    screen.done(`payment platform: payments@${oldVersion}, terminals, acquirer`, {
      tookMs: performance.now() - started,
    });
    await rest(settlingMs);
    figures.period = "quiet";
    await wait(options.quietSeconds * 1_000);
  } catch (error) {
    await platform.stop();
    throw error;
  }
  const seen = figures.of("ecommerce", "quiet");
  const atTerminals = figures.of("pos", "quiet");
  screen.done(`traffic: ${perSecond(seen)} payments/s in the shop, ${perSecond(atTerminals)}/s at terminals`);
  return { platform, figures, rest, close: () => platform.stop() };
}

function perSecond({ made, seconds }: { made: number; seconds: number }): string {
  return seconds === 0 ? "no" : (made / seconds).toFixed(0);
}
