import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Impact, PageModel } from "./page-model.ts";
import {
  cet,
  component,
  impact,
  incident,
  maintenance,
  openModel,
  quietModel,
  resolvedModel,
} from "./testing-models.ts";
import { countedUntil, uptimeOf, type UptimeDay } from "./uptime.ts";

const minute = 60_000;

function modelWith(impacts: readonly Impact[], more: Partial<PageModel> = {}): PageModel {
  return quietModel({
    changedAt: new Date("2020-01-01T00:00:00Z"),
    components: [component("api", { en: "API" }, { startDate: "2020-01-01" })],
    incidents: [incident(1, { titles: { en: "x" }, startedAt: new Date(0), status: "resolved", impacts })],
    ...more,
  });
}

function daysOf(model: PageModel, now: Date): readonly UptimeDay[] {
  return uptimeOf(model, now)[0]?.days ?? [];
}

test("the 17 December: 20 minutes of one day, and of nothing else", () => {
  const [api, terminals] = uptimeOf(resolvedModel(), cet("15:45"));
  const today = api?.days.at(-1);
  expect(today).toEqual({
    date: "2024-12-17",
    state: "major_outage",
    ms: { major_outage: 20 * minute, partial_outage: 0, degraded_performance: 0 },
    isRunning: false,
  });
  expect(api?.days.filter(({ state }) => state !== "operational")).toHaveLength(1);
  expect(terminals?.share).toBe(1);
  // 89 whole days, of which one has 25 hours, and today until 14:49, when the page was last changed.
  const known = 89 * 1_440 + 60 + 14 * 60 + 49;
  expect(api?.share).toBeCloseTo(1 - 20 / known, 12);
});

test("an outage over midnight counts on both days, of the page's time zone", () => {
  const model = modelWith([
    impact("api", "major_outage", cet("23:50", "2024-12-10"), cet("00:10", "2024-12-11")),
  ]);
  const troubled = daysOf(model, cet("12:00")).filter(({ state }) => state !== "operational");
  expect(troubled.map(({ date, ms }) => [date, ms.major_outage])).toEqual([
    ["2024-12-10", 10 * minute],
    ["2024-12-11", 10 * minute],
  ]);
});

test.each([
  ["spring", "2025-03-30", 23],
  ["autumn", "2024-10-27", 25],
])("a whole day down in %s is as long as the day", (_, date, hours) => {
  const from = new Date(Date.parse(`${date}T00:00:00Z`) - 3 * 60 * minute);
  const to = new Date(from.getTime() + 72 * 60 * minute);
  const now = new Date(`${date}T12:00:00Z`);
  const model = modelWith([impact("api", "major_outage", from, to)]);
  const later = new Date(now.getTime() + 5 * 86_400_000);
  const day = daysOf(model, later).find((each) => each.date === date);
  expect(day?.ms.major_outage).toBe(hours * 60 * minute);
});

test("the worst of what overlaps counts, and once", () => {
  const model = modelWith([
    impact("api", "degraded_performance", cet("10:00", "2024-12-10"), cet("11:00", "2024-12-10")),
    impact("api", "partial_outage", cet("10:20", "2024-12-10"), cet("10:50", "2024-12-10")),
    impact("api", "major_outage", cet("10:30", "2024-12-10"), cet("10:40", "2024-12-10")),
    impact("api", "major_outage", cet("10:35", "2024-12-10"), cet("10:45", "2024-12-10")),
  ]);
  const day = daysOf(model, cet("12:00")).find(({ date }) => date === "2024-12-10");
  expect(day).toMatchObject({
    state: "major_outage",
    ms: { major_outage: 15 * minute, partial_outage: 15 * minute, degraded_performance: 30 * minute },
  });
});

test("weights: a major outage whole, a partial one 0.3, a degraded service not at all, maintenance neither", () => {
  const share = (status: Impact["status"]): number | null | undefined =>
    uptimeOf(
      modelWith([impact("api", status, cet("00:00", "2024-12-10"), cet("00:00", "2024-12-11"))]),
      cet("00:00"),
    )[0]?.share;
  const known = 89 * 24 + 1;
  expect(share("major_outage")).toBeCloseTo(1 - 24 / known, 10);
  expect(share("partial_outage")).toBeCloseTo(1 - (0.3 * 24) / known, 10);
  expect(share("degraded_performance")).toBe(1);
  expect(share("under_maintenance")).toBe(1);
  const announced = maintenance(2, {
    titles: { en: "x" },
    scheduledFor: cet("00:00", "2024-12-10"),
    scheduledUntil: cet("00:00", "2024-12-11"),
    status: "completed",
    impacts: [impact("api", "under_maintenance", cet("00:00", "2024-12-10"), cet("00:00", "2024-12-11"))],
  });
  expect(
    daysOf(modelWith([], { maintenances: [announced] }), cet("12:00")).every(
      ({ state }) => state === "operational",
    ),
  ).toBe(true);
});

test("before its first day nothing is known, and nothing counts; without any day there is no figure", () => {
  const model = modelWith([]);
  const [known] = uptimeOf(
    { ...model, components: [component("api", {}, { startDate: "2024-12-16" })] },
    cet("12:00"),
  );
  expect(known?.days.filter(({ state }) => state === "no-data")).toHaveLength(88);
  const [unknown] = uptimeOf(
    { ...model, components: [component("api", {}, { startDate: "2030-01-01" })] },
    cet("12:00"),
  );
  expect(unknown?.share).toBeNull();
});

describe("how far it is counted", () => {
  test("until the last change, and not by the clock", () => {
    const model = resolvedModel();
    for (const time of ["14:50", "18:00", "23:59"])
      expect(countedUntil(model, cet(time))).toEqual(cet("14:49"));
    expect(countedUntil(model, cet("00:01", "2024-12-18"))).toEqual(cet("00:00", "2024-12-18"));
  });

  test("while a trouble goes on, to the hour", () => {
    const model = openModel();
    expect(countedUntil(model, cet("14:59"))).toEqual(cet("14:30"));
    expect(countedUntil(model, cet("16:10"))).toEqual(cet("16:00"));
    expect(daysOf(model, cet("16:10")).at(-1)).toMatchObject({
      isRunning: true,
      ms: { major_outage: 103 * minute },
    });
  });

  test("a trouble that has only begun shows at once", () => {
    const now = cet("00:00");
    const model = {
      ...openModel(),
      changedAt: now,
      incidents: [
        incident(1, { titles: {}, startedAt: now, impacts: [impact("payment-api", "partial_outage", now)] }),
      ],
    };
    expect(daysOf(model, now).at(-1)).toMatchObject({ state: "partial_outage", isRunning: true });
  });
});

test("however intervals overlap: no day has more trouble than it is long, and the share stays between 0 and 1", () => {
  const statuses = ["degraded_performance", "partial_outage", "major_outage"] as const;
  const interval = fc.record({
    status: fc.constantFrom(...statuses),
    from: fc.integer({ min: -200 * 24, max: 24 }),
    hours: fc.integer({ min: 0, max: 100 }),
  });
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), (intervals) => {
      const now = cet("12:00");
      const impacts = intervals.map(({ status, from, hours }) => {
        const began = new Date(now.getTime() + from * 60 * minute);
        return impact("api", status, began, new Date(began.getTime() + hours * 60 * minute));
      });
      const [uptime] = uptimeOf(modelWith(impacts), now);
      for (const { ms } of uptime?.days ?? []) {
        const total = ms.major_outage + ms.partial_outage + ms.degraded_performance;
        expect(total).toBeLessThanOrEqual(25 * 60 * minute);
        expect(Math.min(...Object.values(ms))).toBeGreaterThanOrEqual(0);
      }
      expect(uptime?.share ?? -1).toBeGreaterThanOrEqual(0);
      expect(uptime?.share ?? 2).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});
