import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { MomentKind, PostmortemFacts } from "../facts.ts";
import { paris, seedSeries } from "../testing-seed.ts";
import { bucketsOf, stepFor } from "./buckets.ts";
import { describeOutage, rowsOf } from "./describe-outage.ts";
import { drawOutage } from "./draw-outage.ts";
import { outageOf, type Outage } from "./outage.ts";
import { spread } from "./spread.ts";
import { timeTicks, valueTicks } from "./ticks.ts";

const moments: [string, MomentKind][] = [
  ["14:08", "structure-deployed-alone"],
  ["14:17", "started"],
  ["14:17:20", "detected"],
  ["14:18", "unit-opened"],
  ["14:24", "application-deployed"],
  ["14:37", "recovered"],
];

function outage(locale: "fr" | "en" | "it" = "en", points = seedSeries()): Outage {
  const facts = {
    startedAt: paris("14:17"),
    recoveredAt: paris("14:37"),
    endedAt: paris("14:37"),
    timeZone: "Europe/Paris",
    moments: moments.map(([clock, kind]) => ({ at: paris(clock), kind, internal: null })),
  } as unknown as PostmortemFacts;
  const found = outageOf(facts, {
    series: { source: "requests", points },
    updates: [paris("14:30"), paris("14:42"), paris("14:49")],
    locale,
  });
  if (found === null) throw new Error("there are figures");
  return found;
}

describe("badges", () => {
  test("never touch, keep their order and stay between the ends", () => {
    const places = fc.array(fc.double({ min: 40, max: 340, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(places, (given) => {
        const xs = given.toSorted((left, right) => left - right);
        const spreadOut = spread(xs, { apart: 23, from: 40, until: 340 });
        expect(spreadOut).toHaveLength(xs.length);
        const gaps = spreadOut.slice(1).map((x, index) => x - (spreadOut[index] ?? 0));
        expect(Math.min(23, ...gaps)).toBeGreaterThanOrEqual(23 - 1e-6);
        expect(Math.min(40, ...spreadOut)).toBeGreaterThanOrEqual(40 - 1e-6);
        expect(Math.max(340, ...spreadOut)).toBeLessThanOrEqual(340 + 1e-6);
      }),
    );
  });

  test("stand where they belong when there is room", () => {
    expect(spread([50, 100, 200], { apart: 23, from: 0, until: 300 })).toEqual([50, 100, 200]);
  });
});

function sum(of: "ok" | "failed", all: readonly { ok: number; failed: number }[]): number {
  return all.reduce((total, one) => total + one[of], 0);
}

test("buckets hold every figure of their time once, and are never finer than the figures", () => {
  const points = seedSeries();
  const [fromMs, untilMs] = [paris("14:00").getTime(), paris("15:00").getTime()];
  for (const most of [10, 60, 1_000]) {
    const stepMs = stepFor(points, { fromMs, untilMs, most });
    expect(stepMs).toBeGreaterThanOrEqual(10_000);
    const buckets = bucketsOf(points, { fromMs, untilMs, stepMs });
    expect(sum("failed", buckets)).toBe(sum("failed", points));
    expect(sum("ok", buckets)).toBe(sum("ok", points));
  }
});

test.each([
  [0, [0, 1]],
  [1, [0, 0.5, 1]],
  [3, [0, 1, 2, 3]],
  [240, [0, 100, 200, 300]],
  [1_234, [0, 500, 1_000, 1_500]],
])("the values of an axis up to %d", (most, expected) => {
  expect(valueTicks(most)).toEqual(expected);
});

test("times of an axis are round, and no more than asked for", () => {
  const ticks = timeTicks({
    fromMs: paris("14:05:30").getTime(),
    untilMs: paris("14:51:30").getTime(),
    most: 9,
  });
  expect(ticks.map((ms) => new Date(ms).getUTCMinutes())).toEqual([10, 20, 30, 40, 50]);
});

describe("the picture", () => {
  test("is the same text for the same facts, with neither script nor style nor anything from elsewhere", () => {
    for (const shape of ["wide", "narrow"] as const) {
      const svg = drawOutage(outage(), { shape });
      expect(svg).toBe(drawOutage(outage(), { shape }));
      expect(svg).not.toMatch(/<script|<style|style=|href|url\(|NaN|undefined/);
      expect(svg.length).toBeLessThan(16_000);
    }
  });

  test.each(["fr", "en", "it"] as const)("has a title, a sentence and a table in %s", (locale) => {
    const { title, description } = describeOutage(outage(locale));
    const svg = drawOutage(outage(locale), { shape: "wide" });
    expect(svg).toContain(`<title id="outage-wide-${locale}-title">${title}</title>`);
    expect(svg).toContain(`lang="${locale}"`);
    expect(description).toMatch(/195.600.*288.000/);
    expect(rowsOf(outage(locale), 24).length).toBeLessThanOrEqual(25);
  });

  test("names every moment in its key, one number each", () => {
    const svg = drawOutage(outage(), { shape: "narrow" });
    for (const text of ["Structure deployed alone", "Incident begins", "Service restored", "14:49"]) {
      expect(svg).toContain(text);
    }
    expect(svg.match(/Public update/g)).toHaveLength(3);
  });

  test("of an outage of seconds tells seconds, and survives one point and no failures", () => {
    const single = outage("en", [{ at: paris("14:20"), ok: 5, failed: 0 }]);
    expect(drawOutage(single, { shape: "wide" })).not.toMatch(/NaN|Infinity/);
    expect(describeOutage(single).description).toContain("None of 5 requests failed");
  });
});
