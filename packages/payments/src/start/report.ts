import type { Figures, PeriodFigures } from "./figures.ts";
import type { ShopSummary } from "./platform.ts";
import { count, type Screen } from "./screen.ts";

/** Prints what the traffic met: made and failed in all, latency quiet and during the change. */
export function reportTraffic(from: { screen: Screen; figures: Figures; summary: ShopSummary }): void {
  const { screen, figures, summary } = from;
  const channel = (name: string, made: number, failed: number): string =>
    `${name.padEnd(10)} made ${count(made).padStart(7)}   failed ${screen.style(failed === 0 ? "green" : "red", count(failed).padStart(5))}`;
  screen.line(`  ${channel("payments", summary.ecommerce.made, summary.ecommerce.failed)}`);
  screen.line(`  ${channel("terminals", summary.pos.made, summary.pos.failed)}`);
  const quiet = figures.of("ecommerce", "quiet");
  const change = figures.of("ecommerce", "change");
  screen.line(
    `  latency    p50 ${ms(quiet.p50Ms)} → ${ms(change.p50Ms)}   p99 ${ms(quiet.p99Ms)} → ${ms(change.p99Ms)}   longest ${ms(quiet.maxMs)} → ${ms(change.maxMs)}   (quiet → during the change)`,
  );
  screen.line(`  rate       ${rate(quiet)} payments/s quiet, ${rate(change)} during the change`);
  for (const [reason, times] of reasons(summary)) screen.line(`  failed by  ${reason}: ${count(times)}`);
}

function rate({ made, seconds }: PeriodFigures): string {
  return seconds === 0 ? "–" : (made / seconds).toFixed(0);
}

function ms(value: number | null): string {
  return value === null ? "–" : `${value.toFixed(value < 10 ? 1 : 0)} ms`;
}

function reasons(summary: ShopSummary): [string, number][] {
  const sum = new Map<string, number>();
  for (const { failures } of [summary.ecommerce, summary.pos]) {
    for (const [reason, times] of Object.entries(failures)) sum.set(reason, (sum.get(reason) ?? 0) + times);
  }
  return [...sum].toSorted(([, a], [, b]) => b - a).slice(0, 5);
}
