import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FreezeSchedule } from "../../api/rules.ts";
import { checkSchedule, nextWindow, windowAt } from "./schedule.ts";
import { tellMoment } from "./tell-moment.ts";
import { weekly } from "./weekly.ts";

const at = (text: string): Date => new Date(text);
const timeZone = "Europe/Paris";
const weekend = weekly("fri 16:00 - mon 08:00", { timeZone, at: at("2026-01-07T12:00:00Z") });

describe("a weekend in Paris, Friday 16:00 to Monday 08:00 by the clock on the wall", () => {
  test.each([
    // Winter: an hour ahead of UTC.
    ["2026-01-09T14:59:59Z", null],
    ["2026-01-09T15:00:00Z", "2026-01-12T07:00:00.000Z"],
    ["2026-01-12T06:59:59Z", "2026-01-12T07:00:00.000Z"],
    ["2026-01-12T07:00:00Z", null],
    // The clocks go forward on Sunday 29 March: it ends an hour earlier in UTC.
    ["2026-03-27T14:59:59Z", null],
    ["2026-03-27T15:00:00Z", "2026-03-30T06:00:00.000Z"],
    ["2026-03-30T05:59:59Z", "2026-03-30T06:00:00.000Z"],
    ["2026-03-30T06:00:00Z", null],
    // Summer.
    ["2026-07-03T14:00:00Z", "2026-07-06T06:00:00.000Z"],
    // The clocks go back on Sunday 25 October: it ends an hour later.
    ["2026-10-23T13:59:59Z", null],
    ["2026-10-23T14:00:00Z", "2026-10-26T07:00:00.000Z"],
    ["2026-10-26T06:59:59Z", "2026-10-26T07:00:00.000Z"],
    ["2026-10-26T07:00:00Z", null],
  ])("at %s", (moment, until) => {
    const window = windowAt(weekend, at(moment));
    expect(window === undefined ? null : new Date(window.until).toISOString()).toBe(until);
  });

  test("says when the next one begins", () => {
    const next = nextWindow(weekend, at("2026-03-24T00:00:00Z"));
    expect(next).toEqual({
      from: Date.parse("2026-03-27T15:00:00Z"),
      until: Date.parse("2026-03-30T06:00:00Z"),
    });
    expect(tellMoment(weekend, next?.until ?? 0)).toBe("Mon 30 Mar 2026, 08:00 Europe/Paris");
  });
});

function nightly(start: string, duration: string): FreezeSchedule {
  return { start: `2026-01-01T${start}`, timeZone, rrule: "FREQ=DAILY", duration };
}

describe("a night of which the clock shows an hour never, or twice", () => {
  test("a freeze from 02:30 holds on the night that has no 02:30", () => {
    // 29 March: 01:59:59 is followed by 03:00, which is 01:00 UTC.
    expect(windowAt(nightly("02:30:00", "PT2H"), at("2026-03-29T01:30:00Z"))).toEqual({
      from: Date.parse("2026-03-29T00:30:00Z"),
      until: Date.parse("2026-03-29T02:30:00Z"),
    });
  });

  test("a freeze until 02:30 ends with the second 02:30, one from 02:30 begins with the first", () => {
    // 25 October: 02:30 is 00:30 UTC, and again 01:30 UTC.
    expect(windowAt(nightly("01:30:00", "PT1H"), at("2026-10-25T00:15:00Z"))?.until).toBe(
      Date.parse("2026-10-25T01:30:00Z"),
    );
    expect(windowAt(nightly("02:30:00", "PT1H"), at("2026-10-25T00:30:00Z"))?.from).toBe(
      Date.parse("2026-10-25T00:30:00Z"),
    );
  });
});

test("windows that follow each other without a gap are told as one", () => {
  const days: FreezeSchedule = {
    start: "2026-12-24T00:00:00",
    timeZone: "UTC",
    rrule: "FREQ=DAILY;COUNT=9",
    duration: "P1D",
  };
  expect(windowAt(days, at("2026-12-26T12:00:00Z"))?.until).toBe(Date.parse("2027-01-02T00:00:00Z"));
  expect(windowAt(days, at("2027-01-02T00:00:00Z"))).toBeUndefined();
  expect(nextWindow(days, at("2027-01-02T00:00:00Z"))).toBeUndefined();
});

test.each([
  ["UNTIL by the day", "FREQ=DAILY;UNTIL=20260110", "2026-01-10T11:30:00Z", true],
  ["UNTIL by the day, after it", "FREQ=DAILY;UNTIL=20260110", "2026-01-11T11:30:00Z", false],
  ["UNTIL in UTC", "FREQ=DAILY;UNTIL=20260110T110000Z", "2026-01-10T11:30:00Z", true],
  ["UNTIL in UTC, before the start", "FREQ=DAILY;UNTIL=20260110T105959Z", "2026-01-10T11:30:00Z", false],
  [
    "the last working day of a month",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "2026-01-30T11:30:00Z",
    true,
  ],
  ["the day before it", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-01-29T11:30:00Z", false],
])("a rule with %s", (_, rrule, moment, holds) => {
  const schedule: FreezeSchedule = { start: "2026-01-01T12:00:00", timeZone, rrule, duration: "PT1H" };
  expect(windowAt(schedule, at(moment)) !== undefined).toBe(holds);
});

test.each([
  [{ from: "2026-01-02T00:00:00Z", until: "2026-01-01T00:00:00Z" }, "ends before"],
  [{ from: "2025-01-01T00:00:00Z", until: "2025-01-02T00:00:00Z" }, "over already"],
  [
    { start: "2026-01-01T00:00:00", timeZone: "Europe/Atlantis", rrule: "FREQ=DAILY", duration: "PT1H" },
    "ATLANTIS",
  ],
  [{ start: "2026-01-01T00:00:00", timeZone, rrule: "FREQ=SECONDLY", duration: "PT1H" }, "DAILY, WEEKLY"],
  [{ start: "2026-01-01T00:00:00", timeZone, rrule: "FREQ=DAILY;BYHOUR=3", duration: "PT1H" }, "BYHOUR"],
  [{ start: "2026-01-01T00:00:00", timeZone, rrule: "nonsense", duration: "PT1H" }, "NONSENSE"],
  [{ start: "2026-01-01T00:00:00", timeZone, rrule: "FREQ=DAILY", duration: "P60D" }, "31 days"],
  [{ start: "2026-01-01T00:00:00", timeZone, rrule: "FREQ=DAILY", duration: "PT0S" }, "longer than nothing"],
  [{ start: "1900-01-01T00:00:00", timeZone, rrule: "FREQ=DAILY", duration: "PT1H" }, "10 years"],
  [{ start: "2025-01-01T00:00:00", timeZone, rrule: "FREQ=DAILY;COUNT=3", duration: "PT1H" }, "never comes"],
  [
    {
      start: "2026-01-01T00:00:00",
      timeZone,
      rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
      duration: "PT1H",
    },
    "exceeded",
  ],
] satisfies [FreezeSchedule, string][])("the schedule %o is refused", (schedule, why) => {
  expect(() => {
    checkSchedule(schedule, at("2026-01-01T12:00:00Z"));
  }).toThrow(expect.objectContaining({ code: "schedule-not-valid", why: expect.stringContaining(why) }));
});

test.each(["fri 16:00", "fri 24:00 - mon 08:00", "xyz 16:00 - mon 08:00", "fri 16:00 - fri 16:00"])(
  "the week %s is refused",
  (text) => {
    expect(() => weekly(text, { timeZone, at: at("2026-01-07T12:00:00Z") })).toThrow("can't be read");
  },
);

test("a weekly freeze holds on exactly the minutes of the week that it names, all year round", () => {
  const names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
  const minute = fc.integer({ min: 0, max: 7 * 24 * 60 - 1 });
  const write = (of: number): string =>
    `${names[Math.floor(of / 1_440)] ?? ""} ${String(Math.floor((of % 1_440) / 60))}:${String(of % 60).padStart(2, "0")}`;
  fc.assert(
    fc.property(minute, minute, fc.integer({ min: 0, max: 365 * 24 * 60 }), (from, until, later) => {
      fc.pre(from !== until);
      const moment = new Date(Date.parse("2026-01-12T00:00:00Z") + later * 60_000);
      const schedule = weekly(`${write(from)} - ${write(until)}`, {
        timeZone: "UTC",
        at: at("2026-01-07T12:00:00Z"),
      });
      const now = (later + 7 * 1_440) % (7 * 1_440);
      const length = (until - from + 7 * 1_440) % (7 * 1_440);
      const since = (now - from + 7 * 1_440) % (7 * 1_440);
      expect(windowAt(schedule, moment) !== undefined).toBe(since < length);
    }),
  );
});
