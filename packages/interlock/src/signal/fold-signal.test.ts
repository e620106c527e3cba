import * as fc from "fast-check";
import { expect, test } from "vitest";
import { foldSignal, type KnownSignal, type Said } from "./fold-signal.ts";

function later(one: Date | null, other: Date | null): Date | null {
  return one === null || (other !== null && other > one) ? other : one;
}

/** What storing does with a folding. */
function apply(known: KnownSignal, said: Said): KnownSignal {
  switch (foldSignal(known, said)) {
    case "raise":
    case "again":
      return { ...known, firingFrom: later(known.firingFrom, said.startedAt) };
    case "end":
      return {
        firingFrom: null,
        endedUpTo: later(known.endedUpTo, later(known.firingFrom, said.startedAt)),
      };
    case "note-ended":
      return { ...known, endedUpTo: later(known.endedUpTo, said.startedAt) };
    default:
      return known;
  }
}

const nothing: KnownSignal = { firingFrom: null, endedUpTo: null };
const at = (minute: number): Date => new Date(Date.UTC(2024, 11, 17, 14, minute));
const firing = (minute: number): Said => ({ state: "firing", startedAt: at(minute), endedAt: null });
const ended = (minute: number): Said => ({
  state: "ended",
  startedAt: at(minute),
  endedAt: at(minute + 1),
});

test("each trouble of a key is told once, and its end ends it", () => {
  expect(foldSignal(nothing, firing(1))).toBe("raise");
  expect(foldSignal({ ...nothing, firingFrom: at(1) }, firing(1))).toBe("again");
  expect(foldSignal({ ...nothing, firingFrom: at(1) }, ended(1))).toBe("end");
  expect(foldSignal(nothing, ended(1))).toBe("note-ended");
  expect(foldSignal({ ...nothing, endedUpTo: at(1) }, firing(1))).toBe("late");
  expect(foldSignal({ ...nothing, endedUpTo: at(1) }, firing(3))).toBe("raise");
  expect(foldSignal({ firingFrom: at(3), endedUpTo: null }, ended(1))).toBe("late");
});

test("a sender that tells no times is taken at its word", () => {
  const untimed = { startedAt: null, endedAt: null };
  expect(foldSignal({ ...nothing, endedUpTo: at(1) }, { state: "firing", ...untimed })).toBe("raise");
  expect(foldSignal({ ...nothing, firingFrom: at(1) }, { state: "ended", ...untimed })).toBe("end");
  expect(foldSignal(nothing, { state: "ended", ...untimed })).toBe("late");
  expect(foldSignal(nothing, { state: "acknowledged", ...untimed })).toBe("late");
});

test("deliveries that come twice and in any order end in what the sender last meant", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.boolean(),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 0, max: 20 }),
      (episodes, lastHasEnded, numbers, repeated) => {
        const all = Array.from({ length: episodes }, (_, index) => [firing(index * 2), ended(index * 2)])
          .flat()
          .slice(0, lastHasEnded ? undefined : -1);
        const next = (): number => numbers.next().value as number;
        const sent = [
          ...all,
          ...Array.from({ length: repeated }, () => all[next() % all.length] ?? firing(0)),
        ];
        const order = sent
          .map((said) => ({ said, rank: next() }))
          .toSorted((left, right) => left.rank - right.rank);
        const known = order.reduce((before, { said }) => apply(before, said), nothing);
        expect(known.firingFrom === null).toBe(lastHasEnded);
      },
    ),
    { numRuns: 500 },
  );
});
