import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const latency = fc.double({ min: 0.1, max: 60_000, noNaN: true });

describe("latency histogram", () => {
  test("a percentile is right to 2 %", () => {
    fc.assert(
      fc.property(
        fc.array(latency, { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (all, share) => {
          const histogram = new Histogram();
          for (const ms of all) histogram.add(ms);
          const exact = all.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(all.length * share)) - 1] ?? 0;
          const said = histogram.percentileMs(share) ?? 0;
          // Shown to a hundredth of a millisecond.
          expect(said).toBeGreaterThanOrEqual(exact - 0.006);
          expect(said).toBeLessThanOrEqual(exact * 1.02 + 0.006);
        },
      ),
    );
  });

  test("merged, it is as if one had counted everything", () => {
    fc.assert(
      fc.property(fc.array(latency), fc.array(latency), (first, second) => {
        const [a, b, both] = [new Histogram(), new Histogram(), new Histogram()];
        for (const ms of first) a.add(ms);
        for (const ms of second) b.add(ms);
        for (const ms of [...first, ...second]) both.add(ms);
        a.merge(b.buckets());
        expect(a.buckets()).toEqual(both.buckets());
      }),
    );
  });

  test("nothing counted has no percentile", () => {
    expect(new Histogram().percentileMs(0.5)).toBeNull();
  });
});
