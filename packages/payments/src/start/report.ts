import type { Figures, PeriodFigures } from "./figures.ts";
import type { ShopSummary } from "./platform.ts";
import { count, type Screen } from "./screen.ts";

/**
 * Prints what the traffic met: made and failed in all, and how long payments took while nothing went on, while
 * the change was rehearsed (on the same machine, which one would not do) and while it was shipped.
 */
export function reportTraffic(from: { screen: Screen; figures: Figures; summary: ShopSummary }): void {
  const { screen, figures, summary } = from;
  const channel = (name: string, made: number, failed: number): string =>
    `${name.padEnd(10)} made ${count(made).padStart(7)}   failed ${screen.style(failed === 0 ? "green" : "red", count(failed).padStart(5))}`;
  screen.line(`  ${channel("payments", summary.ecommerce.made, summary.ecommerce.failed)}`);
  screen.line(`  ${channel("terminals", summary.pos.made, summary.pos.failed)}`);
  const { received, wrong, waiting } = summary.notifications;
  screen.line(
    `  notified   ${count(received)} times   wrong ${count(wrong)}   payments not told of yet ${count(waiting)}`,
  );
  const periods = [
    ["quiet", figures.of("ecommerce", "quiet")],
    ["rehearsal", figures.of("ecommerce", "rehearsal")],
    ["change", figures.of("ecommerce", "change")],
  ] as const;
  for (const [name, period] of periods) {
    if (period.seconds > 0) screen.line(`  ${name.padEnd(10)} ${latency(period)}`);
  }
  for (const [reason, times] of reasons(summary)) screen.line(`  failed by  ${reason}: ${count(times)}`);
}

function latency({ made, seconds, p50Ms, p99Ms, maxMs }: PeriodFigures): string {
  return `${(made / seconds).toFixed(0)} payments/s   p50 ${ms(p50Ms)}   p99 ${ms(p99Ms)}   longest ${ms(maxMs)}`;
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
