import { expect, test } from "vitest";
import { useControl } from "../../control/testing-control.ts";
import { currentStatuses } from "../status-rank.ts";
import { seedSeventeenDecember } from "../testing-seed.ts";
import { readPageModel } from "./read-page-model.ts";

const database = useControl();

test("where nobody has said what page there is, there is none", async () => {
  expect(await readPageModel(database.control)).toBeUndefined();
});

test("reads what is public, each text as it holds now, and nothing else", async () => {
  await seedSeventeenDecember(database.control);
  const model = await readPageModel(database.control);
  expect(model?.page).toEqual({
    environment: "production",
    names: { fr: "Payplug", en: "Payplug" },
    url: "https://status.example.com",
    timeZone: "Europe/Paris",
    locales: ["fr", "en", "it"],
    responsibility: "Payplug",
  });
  expect(model?.changedAt).toEqual(new Date("2024-12-17T14:05:00Z"));
  expect(model?.components.map(({ id, group, startDate }) => [id, group, startDate])).toEqual([
    ["cmp_group", null, "2024-01-01"],
    ["cmp_api", "cmp_group", "2024-06-01"],
    ["cmp_pos", "cmp_group", "2024-01-01"],
  ]);
  expect(model?.incidents).toHaveLength(1);
  const start = new Date("2024-12-17T13:17:00Z");
  const end = new Date("2024-12-17T13:37:00Z");
  expect(model?.incidents[0]).toMatchObject({
    reference: "INC-12",
    status: "resolved",
    responsibility: "Payplug",
    startedAt: start,
    endedAt: end,
    impacts: [
      { component: "cmp_api", status: "major_outage", beganAt: start, endedAt: end },
      { component: "cmp_pos", status: "operational", beganAt: start, endedAt: end },
    ],
    updates: [
      {
        id: "upd_2",
        texts: { fr: "Résolu." },
        isBackdated: true,
        editedAt: new Date("2024-12-17T14:05:00Z"),
        changes: [],
      },
      {
        id: "upd_1",
        texts: { fr: "Identifié.", en: "Identified." },
        changes: [{ component: "cmp_api", from: "operational", to: "major_outage" }],
      },
    ],
  });
  expect(JSON.stringify(model)).not.toMatch(/Brouillon|Retiré|Not public|hidden/);
  expect(model?.maintenances).toMatchObject([
    { reference: "MNT-14", impacts: [{ component: "cmp_api", endedAt: null }] },
  ]);
  // Announced only: nothing is under maintenance yet.
  expect([...(model === undefined ? [] : currentStatuses(model).values())]).toEqual(
    Array(3).fill("operational"),
  );
});

test("a preview shows drafts and incidents that are not public", async () => {
  await seedSeventeenDecember(database.control);
  const text = JSON.stringify(await readPageModel(database.control, { drafts: true }));
  expect(text).toContain("Brouillon");
  expect(text).toContain("Not public");
  expect(text).not.toContain("Retiré");
});

test("an incident that goes on keeps its components down, and a maintenance under way its own", async () => {
  await seedSeventeenDecember(database.control);
  const { control } = database;
  await control.query(
    "update interlock_control.incidents set status = 'monitoring', closed_at = null, closed_by = null, ended_at = null, recovered_at = null where id = 'inc_12'",
  );
  await control.query(
    "insert into interlock_control.component_impacts (maintenance, component, status, recorded_by) values ('mnt_14', 'cmp_pos', 'under_maintenance', 'test')",
  );
  await control.query(
    "update interlock_control.maintenances set status = 'in_progress', started_at = clock_timestamp() where id = 'mnt_14'",
  );
  const model = await readPageModel(control);
  expect(model?.incidents[0]?.endedAt).toBeNull();
  expect(model === undefined ? [] : [...currentStatuses(model)]).toEqual([
    ["cmp_group", "major_outage"],
    ["cmp_api", "major_outage"],
    ["cmp_pos", "under_maintenance"],
  ]);
});
