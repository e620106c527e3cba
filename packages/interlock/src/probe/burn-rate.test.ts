import * as fc from "fast-check";
import { expect, test } from "vitest";
import { burnRates, burnWindows, type Counted } from "./burn-rate.ts";

const lengths = [5, 30, 60, 360, 4_320];
const every = (share: number): Map<number, Counted> =>
  new Map(
    lengths.map((minutes) => [
      minutes,
      { failed: minutes * 60 * share, ok: minutes * 60 * (1 - share), due: minutes * 60 },
    ]),
  );

test("thresholds are those of 2 % in an hour, 5 % in six hours, 10 % in three days", () => {
  expect(
    burnRates(99.9, { counted: new Map() }).map(({ threshold }) => Math.round(threshold * 10) / 10),
  ).toEqual([14.4, 6, 1]);
});

test.each([
  { objective: 99.9, share: 0.02, firing: [true, true, true] },
  { objective: 99.9, share: 0.01, firing: [false, true, true] },
  { objective: 99.9, share: 0.0011, firing: [false, false, true] },
  { objective: 99.9, share: 0.0009, firing: [false, false, false] },
  { objective: 99, share: 0.02, firing: [false, false, true] },
  { objective: 99, share: 1, firing: [true, true, true] },
])("$share of all failing against $objective %", ({ objective, share, firing }) => {
  expect(burnRates(objective, { counted: every(share) }).map(({ isFiring }) => isFiring)).toEqual(firing);
});

test("what is over does not fire, and what was not measured says nothing", () => {
  const counted = every(0.02).set(5, { ok: 300, failed: 0, due: 300 });
  expect(burnRates(99.9, { counted })[0]).toMatchObject({ isFiring: false, short: 0 });
  expect(burnRates(99.9, { counted: every(1).set(5, { ok: 0, failed: 0, due: 300 }) })[0]).toMatchObject({
    isFiring: false,
    short: null,
  });
});

function failing(seconds: number): Map<number, Counted> {
  return new Map(lengths.map((minutes) => [minutes, { ok: 0, failed: seconds, due: minutes * 60 }]));
}

test("a probe that was made a moment ago has spent a moment of its budget", () => {
  expect(burnRates(99.9, { counted: failing(12) }).map(({ isFiring }) => isFiring)).toEqual([
    false,
    false,
    false,
  ]);
  // 2 % of the budget of 30 days are 51.8 seconds.
  expect(burnRates(99.9, { counted: failing(51) })[0]?.isFiring).toBe(false);
  expect(burnRates(99.9, { counted: failing(52) })[0]?.isFiring).toBe(true);
});

test("more failures never fire less, and what fires goes on a little below its threshold", () => {
  const counts = fc.record({ ok: fc.nat(10_000), failed: fc.nat(10_000), due: fc.nat(20_000) });
  fc.assert(
    fc.property(
      fc.tuple(...lengths.map(() => counts)),
      fc.nat(100),
      fc.integer({ min: 9_000, max: 9_999 }),
      (drawn, more, tenThousandths) => {
        const objective = tenThousandths / 100;
        const counted = new Map(
          lengths.map((minutes, index) => [minutes, drawn[index] ?? { ok: 0, failed: 0, due: 0 }]),
        );
        const worse = new Map(
          [...counted].map(([minutes, { ok, failed, due }]) => [
            minutes,
            { ok, due, failed: failed + (ok + failed === 0 ? 0 : more) },
          ]),
        );
        const before = burnRates(objective, { counted });
        const after = burnRates(objective, { counted: worse });
        const held = burnRates(objective, { counted, wasFiring: burnWindows.map(() => true) });
        const firing = before.flatMap(({ isFiring }, index) => (isFiring ? [index] : []));
        expect(firing.filter((index) => after[index]?.isFiring !== true)).toEqual([]);
        expect(firing.filter((index) => held[index]?.isFiring !== true)).toEqual([]);
      },
    ),
  );
});
