import { describe, expect, test } from "vitest";
import { drawFault, readFaults } from "./faults.ts";
import { readLatency } from "./latency.ts";
import { seededRandom } from "./random.ts";

const draws = 20_000;

describe("the network", () => {
  test("takes as long as it is told to, half of the time and 99 times of 100", () => {
    const latencyMs = readLatency("median=5ms,p99=40ms", seededRandom(7));
    const drawn = Array.from({ length: draws }, () => latencyMs()).toSorted((one, other) => one - other);
    expect(drawn[draws / 2]).toBeGreaterThan(4.8);
    expect(drawn[draws / 2]).toBeLessThan(5.2);
    expect(drawn[draws * 0.99]).toBeGreaterThan(36);
    expect(drawn[draws * 0.99]).toBeLessThan(44);
    expect(readLatency("median=3ms", seededRandom(1))()).toBe(3);
    expect(readLatency("median=0ms,p99=9ms", seededRandom(1))()).toBe(0);
  });

  test("goes wrong as often as it is told to, and the same way for the same seed", () => {
    const faults = readFaults("lost=0.1,twice=0.02,down=0.005");
    const run = (seed: number): (string | undefined)[] => {
      const random = seededRandom(seed);
      return Array.from({ length: draws }, () => drawFault(faults, random));
    };
    const drawn = run(3);
    const share = (kind: string): number => drawn.filter((one) => one === kind).length / draws;
    expect(share("lost")).toBeCloseTo(0.1, 2);
    expect(share("twice")).toBeCloseTo(0.02, 2);
    expect(share("down")).toBeCloseTo(0.005, 2);
    expect(share("late")).toBe(0);
    expect(run(3)).toEqual(drawn);
    expect(run(4)).not.toEqual(drawn);
    expect(drawFault(readFaults(""), seededRandom(1))).toBe(undefined);
  });

  test.each(["lost", "lost=2", "lost=-1", "lost=x", "gone=0.1", "lost=0.6,late=0.6"])(
    "takes no faults like %s",
    (text) => {
      expect(() => readFaults(text)).toThrow(Error);
    },
  );

  test.each(["5ms", "median=x", "median=5ms,p99=1ms", "p99=5ms"])("takes no latency like %s", (text) => {
    expect(() => readLatency(text, seededRandom(1))).toThrow(Error);
  });
});
