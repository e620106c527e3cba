import { describe, expect, test } from "vitest";
import { readSchedule } from "./read-schedule.ts";
import type { Refusal } from "./refusal.ts";

const now = new Date("2026-02-10T23:30:00Z");
const amount = 1_000;

describe("the schedule of a plan", () => {
  test("begins today, in UTC", () => {
    const parts = readSchedule(
      [
        { date: "TODAY", amount },
        { date: "2026-03-10", amount: 99 },
      ],
      now,
    );
    expect(parts).toEqual([
      { number: 1, due_on: "2026-02-10", amount_cents: 1_000 },
      { number: 2, due_on: "2026-03-10", amount_cents: 99 },
    ]);
    expect(
      readSchedule(
        [
          { date: "2026-02-10", amount },
          { date: "2026-02-11", amount },
        ],
        now,
      ),
    ).toHaveLength(2);
  });

  test.each([
    ["begins on another day", ["2026-02-11", "2026-03-11"], "schedule.0.date"],
    ["has a day twice", ["TODAY", "2026-03-10", "2026-03-10"], "schedule.2.date"],
    ["has today twice", ["TODAY", "TODAY"], "schedule.1.date"],
    ["goes backwards", ["TODAY", "2026-04-10", "2026-03-10"], "schedule.2.date"],
    ["has a day that is none", ["TODAY", "2026-02-30"], "schedule.1.date"],
    ["has a month that is none", ["TODAY", "2026-13-01"], "schedule.1.date"],
    ["takes longer than a year", ["TODAY", "2027-02-12"], "schedule.1.date"],
  ])("is refused when it %s", (_, dates, field) => {
    const wanted = dates.map((date) => ({ date, amount }));
    expect(() => readSchedule(wanted, now)).toThrow(
      expect.objectContaining({ status: 400, details: { [field]: expect.any(String) as string } }) as Refusal,
    );
  });
});
