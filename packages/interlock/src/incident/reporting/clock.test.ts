import * as fc from "fast-check";
import { expect, test } from "vitest";
import { reportsAt, type ReportFacts } from "./clock.ts";

const timeZone = "Europe/Paris";
const at = (text: string): Date => new Date(text);

/** Tuesday 17 December 2024, 14:18 in Paris. */
const facts: ReportFacts = {
  detectedAt: at("2024-12-17T13:18:00Z"),
  classifiedAt: at("2024-12-17T15:00:00Z"),
  submitted: [],
};

function dues(
  given: ReportFacts,
  now = "2024-12-17T15:30:00Z",
): [string, string, string | null, string | null][] {
  return reportsAt(given, at(now), timeZone).map(({ kind, state, dueAt, graceUntil }) => [
    kind,
    state,
    dueAt,
    graceUntil,
  ]);
}

test("nothing is due before the classification; then the initial report is, and the others wait for it", () => {
  expect(dues({ ...facts, classifiedAt: null })).toEqual([]);
  expect(dues(facts)).toEqual([
    ["initial", "due", "2024-12-17T19:00:00.000Z", null],
    ["intermediate", "waiting", null, null],
    ["final", "waiting", null, null],
  ]);
  expect(dues(facts, "2024-12-17T19:00:00.001Z")[0]?.[1]).toBe("overdue");
});

test("24 hours after it was detected at most, but 4 hours after a classification that came later than that", () => {
  const nearly = { ...facts, classifiedAt: at("2024-12-18T12:00:00Z") };
  expect(dues(nearly)[0]?.[2]).toBe("2024-12-18T13:18:00.000Z");
  const later = { ...facts, classifiedAt: at("2024-12-19T09:00:00Z") };
  expect(dues(later)[0]?.[2]).toBe("2024-12-19T13:00:00.000Z");
});

test("72 hours after the initial one, a month by the calendar after the intermediate one", () => {
  const submitted = [
    { kind: "initial" as const, at: at("2024-12-17T18:00:00Z"), reference: "R-1" },
    { kind: "intermediate" as const, at: at("2025-01-31T09:00:00Z"), reference: null },
  ];
  expect(dues({ ...facts, submitted }, "2025-02-01T00:00:00Z")).toEqual([
    ["initial", "submitted", "2024-12-17T19:00:00.000Z", null],
    ["intermediate", "submitted-late", "2024-12-20T18:00:00.000Z", null],
    // There is no 31 February.
    ["final", "due", "2025-02-28T09:00:00.000Z", null],
  ]);
});

test("a month over the change of the clocks ends at the same time on the clock", () => {
  const submitted = [
    { kind: "initial" as const, at: at("2026-03-03T09:00:00Z"), reference: null },
    { kind: "intermediate" as const, at: at("2026-03-05T09:00:00Z"), reference: null },
  ];
  const given = {
    detectedAt: at("2026-03-03T08:00:00Z"),
    classifiedAt: at("2026-03-03T08:30:00Z"),
    submitted,
  };
  // 10:00 CET, then 10:00 CEST; Sunday 5 April, so that noon of Monday is told as well.
  expect(dues(given)[2]?.slice(2)).toEqual(["2026-04-05T08:00:00.000Z", "2026-04-06T10:00:00.000Z"]);
});

test("what falls on a weekend, on Christmas or on New Year's Day may wait for noon of the next working day", () => {
  const saturday = {
    ...facts,
    detectedAt: at("2024-12-28T10:00:00Z"),
    classifiedAt: at("2024-12-28T11:00:00Z"),
  };
  expect(dues(saturday, "2024-12-30T11:00:00Z")[0]).toEqual([
    "initial",
    "due",
    "2024-12-28T15:00:00.000Z",
    "2024-12-30T11:00:00.000Z",
  ]);
  expect(dues(saturday, "2024-12-30T11:00:00.001Z")[0]?.[1]).toBe("overdue");
  const christmas = {
    ...facts,
    detectedAt: at("2024-12-25T08:00:00Z"),
    classifiedAt: at("2024-12-25T08:00:00Z"),
  };
  expect(dues(christmas)[0]?.[3]).toBe("2024-12-26T11:00:00.000Z");
});

test("grace is at noon of a working day and never before the time limit", () => {
  const moment = fc.date({
    min: at("2024-01-01T00:00:00Z"),
    max: at("2035-01-01T00:00:00Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moment, (classifiedAt) => {
      const [initial] = reportsAt(
        { detectedAt: classifiedAt, classifiedAt, submitted: [] },
        classifiedAt,
        timeZone,
      );
      const grace = initial?.graceUntil ?? null;
      if (grace === null) return;
      expect(Date.parse(grace)).toBeGreaterThan(Date.parse(initial?.dueAt ?? ""));
      const shown = new Intl.DateTimeFormat("en-GB", {
        timeZone,
        weekday: "short",
        hour: "2-digit",
        minute: "2-digit",
      });
      expect(shown.format(new Date(grace))).toMatch(/^(?:Mon|Tue|Wed|Thu|Fri).* 12:00$/);
    }),
  );
});
