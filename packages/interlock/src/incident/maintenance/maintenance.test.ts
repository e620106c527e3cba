import { describe, expect, test } from "vitest";
import type { Maintenance, NewMaintenance } from "../../api/maintenances.ts";
import { newMaintenanceSchema, newSeriesSchema } from "../../api/maintenances.ts";
import { systemCaller } from "../../access/system-caller.ts";
import { componentStatuses } from "../component-status.ts";
import { removeComponent } from "../components/remove-component.ts";
import { ada, callerOf, useIncidents } from "../testing-incidents.ts";
import { listUpdates } from "../updates/find-update.ts";
import { addSeries } from "./add-series.ts";
import { endSeries } from "./end-series.ts";
import { extendMaintenance } from "./extend-maintenance.ts";
import { listMaintenances } from "./list-maintenances.ts";
import { materialiseSeries } from "./materialise-series.ts";
import { progressMaintenances } from "./progress-maintenances.ts";
import { scheduleMaintenance } from "./schedule-maintenance.ts";
import { stepMaintenance, type MaintenanceStep } from "./step-maintenance.ts";

const testing = useIncidents();
const stranger = callerOf("bob", ["staging"]);
const environment = "production";
const from = new Date(Date.now() + 2 * 3_600_000);
const until = new Date(from.getTime() + 3_600_000);
const minutes = (count: number): Date => new Date(from.getTime() + count * 60_000);

async function schedule(more: object = {}, caller = ada): Promise<Maintenance> {
  const maintenance: NewMaintenance = newMaintenanceSchema.parse({
    titles: { fr: "Migration de la base", en: "Database migration" },
    components: ["payment-api"],
    scheduledFor: from.toISOString(),
    scheduledUntil: until.toISOString(),
    ...more,
  });
  return scheduleMaintenance(testing.services, { environment, maintenance, caller });
}

async function step(maintenance: string, name: MaintenanceStep, caller = ada): Promise<string> {
  return outcome(stepMaintenance(testing.services, { maintenance, step: name, caller }));
}

async function outcome(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => "done",
    (error: unknown) => (error as { code: string }).code,
  );
}

async function said(maintenance: string): Promise<string[]> {
  const updates = await listUpdates(testing.control.query, { maintenance });
  return updates.toReversed().flatMap(({ phrases }) => phrases);
}

async function stateOfApi(): Promise<string | undefined> {
  const [api] = await testing.control.query<{ id: string }>(
    "select id from interlock_control.components where key = 'payment-api'",
  );
  return (await componentStatuses(testing.control.query, { environment })).get(api?.id ?? "");
}

describe("a maintenance", () => {
  test("is announced, reminded of, begun and completed at its times by one of several servers, in every language", async () => {
    const { id, reference } = await schedule();
    expect(reference).toBe("MNT-1");
    const look = async (at: Date): Promise<number> => {
      const looks = await Promise.all([1, 2, 3].map(() => progressMaintenances(testing.services, at)));
      return looks.reduce((sum, count) => sum + count, 0);
    };
    expect(await look(minutes(-61))).toBe(0);
    expect(await look(minutes(-60))).toBe(1);
    expect(await look(minutes(-1))).toBe(0);
    expect(await stateOfApi()).toBe("operational");
    expect(await look(minutes(0))).toBe(1);
    expect(await stateOfApi()).toBe("under_maintenance");
    expect(await look(minutes(59))).toBe(0);
    expect(await look(minutes(60))).toBe(1);
    expect(await stateOfApi()).toBe("operational");
    expect(await said(id)).toEqual([
      "maintenance-scheduled",
      "maintenance-reminder",
      "maintenance-begins",
      "maintenance-completed",
    ]);
    expect((await testing.told()).filter((kind) => kind.startsWith("maintenance-"))).toEqual([
      "maintenance-scheduled",
      "maintenance-reminded",
      "maintenance-in-progress",
      "maintenance-completed",
    ]);
    const updates = await listUpdates(testing.control.query, { maintenance: id });
    expect(updates.every(({ missing, texts }) => missing.length === 0 && texts.length === 3)).toBe(true);
  });

  test("of which the whole time was slept through begins and ends at once", async () => {
    await schedule();
    expect(await progressMaintenances(testing.services, minutes(90))).toBe(2);
    expect(await listMaintenances(testing, { environment, all: false })).toEqual([]);
  });

  test("goes through its steps in order, each taken by one of two; nobody else may", async () => {
    const { id } = await schedule({ progressesByItself: false });
    expect(await progressMaintenances(testing.services, minutes(10))).toBe(0);
    expect(await step(id, "complete")).toBe("conflict");
    expect(await step(id, "start", stranger)).toBe("forbidden");
    expect((await Promise.all([step(id, "start"), step(id, "start")])).toSorted()).toEqual([
      "conflict",
      "done",
    ]);
    expect(await step(id, "cancel")).toBe("conflict");
    expect(await step(id, "verify")).toBe("done");
    expect((await Promise.all([step(id, "complete"), step(id, "complete")])).toSorted()).toEqual([
      "already-ended",
      "done",
    ]);
    expect(await step("MNT-99", "start")).toBe("not-found");
  });

  test("is cancelled before it began, and extended until it is over", async () => {
    const { id } = await schedule();
    const extend = (to: Date, caller = ada): Promise<string> =>
      outcome(extendMaintenance(testing.services, { maintenance: id, scheduledUntil: to, caller }));
    expect(await extend(minutes(120), stranger)).toBe("forbidden");
    expect((await Promise.all([extend(minutes(120)), extend(minutes(120))])).toSorted()).toEqual([
      "conflict",
      "done",
    ]);
    expect(await extend(minutes(90))).toBe("input-not-valid");
    expect((await Promise.all([step(id, "cancel"), step(id, "cancel")])).toSorted()).toEqual([
      "already-ended",
      "done",
    ]);
    expect(await extend(minutes(180))).toBe("already-ended");
    expect(await said(id)).toEqual([
      "maintenance-scheduled",
      "maintenance-extended",
      "maintenance-cancelled",
    ]);
  });

  test.each<[string, object]>([
    ["input-not-valid", { scheduledUntil: from.toISOString() }],
    ["input-not-valid", { scheduledFor: "2020-01-01T00:00:00Z", scheduledUntil: "2020-01-02T00:00:00Z" }],
    ["not-found", { components: ["nothing"] }],
    ["language-missing", { texts: { fr: "Bonjour" } }],
  ])("is refused as %s", async (code, more) => {
    expect(await outcome(schedule(more))).toBe(code);
    expect(await outcome(schedule({}, stranger))).toBe("forbidden");
    expect(await testing.told()).toEqual([]);
  });

  test("that is short of its beginning is not reminded of; a component that it needs stays", async () => {
    const { id } = await schedule({ scheduledFor: minutes(-90).toISOString() });
    expect(await progressMaintenances(testing.services, minutes(-100))).toBe(0);
    await expect(
      removeComponent(testing, { environment, key: "payment-api", caller: ada }),
    ).rejects.toMatchObject({ code: "in-use", why: "MNT-1 refers to it." });
    await step(id, "cancel");
    expect(await outcome(removeComponent(testing, { environment, key: "payment-api", caller: ada }))).toBe(
      "done",
    );
  });
});

describe("a series", () => {
  // Sundays at 02:30 in Paris: on 25 October 2026 the clock shows that twice, on 29 March 2026 never.
  const series = newSeriesSchema.parse({
    titles: { en: "Weekly maintenance" },
    components: ["payment-api"],
    schedule: {
      start: "2026-01-04T02:30:00",
      timeZone: "Europe/Paris",
      rrule: "FREQ=WEEKLY;BYDAY=SU",
      duration: "PT1H",
    },
  });

  async function insert(): Promise<string> {
    const id = "ser_0123456789abcdef";
    await testing.control.query(
      `insert into interlock_control.maintenance_series (id, environment, titles, descriptions, components, schedule, created_by)
       values ($1::text, 'production', $2::jsonb, '{}', $3::text[], $4::jsonb, 'ada')`,
      [id, JSON.stringify(series.titles), series.components, JSON.stringify(series.schedule)],
    );
    return id;
  }

  test.each([
    [
      "2036-10-20T00:00:00Z",
      [
        "2036-10-26T00:30:00.000Z 2036-10-26T02:30:00.000Z",
        "2036-11-02T01:30:00.000Z 2036-11-02T02:30:00.000Z",
      ],
    ],
    [
      "2036-03-24T00:00:00Z",
      [
        "2036-03-30T00:30:00.000Z 2036-03-30T01:30:00.000Z",
        "2036-04-06T00:30:00.000Z 2036-04-06T01:30:00.000Z",
      ],
    ],
  ])(
    "comes over the change of the clocks, from %s on, each window once whoever makes it",
    async (now, expected) => {
      await insert();
      const looks = await Promise.all(
        [1, 2, 3].map(() => materialiseSeries(testing.services, new Date(now))),
      );
      expect(looks.reduce((sum, count) => sum + count, 0)).toBe(2);
      const made = await listMaintenances(testing, { environment, all: true });
      expect(made.map(({ scheduledFor, scheduledUntil }) => `${scheduledFor} ${scheduledUntil}`)).toEqual(
        expected,
      );
      expect(made.every(({ createdBy }) => createdBy === systemCaller.owner)).toBe(true);
      expect(await materialiseSeries(testing.services, new Date(now))).toBe(0);
    },
  );

  test("is announced two weeks ahead at once, and ended with what has not begun, by one of two", async () => {
    const add = (caller = ada): Promise<string> =>
      outcome(addSeries(testing.services, { environment, series, caller }));
    expect(await add(stranger)).toBe("forbidden");
    expect(await add()).toBe("done");
    expect((await listMaintenances(testing, { environment, all: false })).length).toBe(2);
    const [row] = await testing.control.query<{ id: string }>(
      "select id from interlock_control.maintenance_series",
    );
    const end = (caller = ada): Promise<string> =>
      outcome(endSeries(testing.services, { series: row?.id ?? "", caller }));
    expect(await end(stranger)).toBe("forbidden");
    expect((await Promise.all([end(), end()])).toSorted()).toEqual(["already-ended", "done"]);
    expect(await listMaintenances(testing, { environment, all: false })).toEqual([]);
    expect(await materialiseSeries(testing.services, new Date())).toBe(0);
  });
});
