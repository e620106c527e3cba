import { expect, test } from "vitest";
import { importTimeline } from "./import-timeline.ts";
import { openIncident } from "./open-incident.ts";
import { readTimeline } from "./read-timeline.ts";
import { resolveIncident } from "./resolve-incident.ts";
import { ada, useIncidents } from "./testing-incidents.ts";

const testing = useIncidents();
const now = Date.now();
const startedAt = new Date(now - 3 * 3_600_000);

async function happened(
  kind: string,
  {
    minutes,
    environment = "production",
    detail = {},
  }: { minutes: number; environment?: string | null; detail?: object },
): Promise<void> {
  await testing.control.query(
    `insert into interlock_control.events (at, kind, environment, subject, detail)
     values ($1::timestamptz, $2::text, $3::text, 'it', $4::jsonb)`,
    [new Date(startedAt.getTime() + minutes * 60_000), kind, environment, JSON.stringify(detail)],
  );
}

async function open(more: object = {}): Promise<string> {
  const { id } = await openIncident(testing.services, {
    environment: "production",
    priority: "P2",
    titles: { en: "Payments fail" },
    components: [],
    startedAt,
    hold: false,
    caller: ada,
    ...more,
  });
  return id;
}

async function taken(incident: string): Promise<string[]> {
  const timeline = await readTimeline(testing.control.query, { incident });
  return timeline.filter(({ event }) => event !== null).map(({ kind }) => kind);
}

test("what happens around an incident goes onto its timeline, each event once, by when it happened", async () => {
  await happened("release-started", { minutes: -61 });
  await happened("release-finished", { minutes: -59, detail: { appVersion: "payments@2" } });
  await happened("decision-made", { minutes: -30, detail: { askedBy: "grace", verdict: "blocked" } });
  await happened("release-started", { minutes: 5, environment: "staging" });
  await happened("token-made", { minutes: 5, environment: null });
  await happened("rule-in-force", { minutes: 6, environment: null, detail: { scope: "env=production" } });
  await happened("rule-in-force", { minutes: 7, environment: null, detail: { scope: "env=staging" } });
  for (const [minute, phase] of [
    [8, "expand"],
    [9, "expand"],
    [10, "migrate"],
  ] as const) {
    await happened("shipment-progress", { minutes: minute, detail: { database: "main", phase } });
  }
  await happened("shipment-completed", { minutes: 11 });
  await happened("incident-changed", { minutes: 12 });
  const incident = await open();
  const looks = await Promise.all([1, 2, 3].map(() => importTimeline(testing, new Date(now))));
  expect(looks.reduce((sum, count) => sum + count, 0)).toBe(6);
  const expected = [
    "release-finished",
    "decision-made",
    "rule-in-force",
    "shipment-phase",
    "shipment-phase",
    "shipment-completed",
  ];
  expect(await taken(incident)).toEqual(expected);
  expect(await importTimeline(testing, new Date(now))).toBe(0);
  // A look that does not go back takes up where the one before left off, and tells of no phase twice.
  await happened("shipment-progress", { minutes: 175, detail: { database: "main", phase: "migrate" } });
  await happened("probe-failing", { minutes: 176 });
  await happened("probe-failing", { minutes: 20 });
  expect(await importTimeline(testing, new Date(now + 180_000), { since: "lately" })).toBe(1);
  expect(await importTimeline(testing, new Date(now))).toBe(1);
  const timeline = await readTimeline(testing.control.query, { incident });
  expect(timeline.find(({ kind }) => kind === "decision-made")).toMatchObject({
    actor: "grace",
    detail: { subject: "it" },
  });
});

test("until half an hour after it was resolved, and onto each of several incidents", async () => {
  const [first, second] = [await open(), await open()];
  await resolveIncident(testing.services, { incident: first, caller: ada });
  const closed = (Date.now() - startedAt.getTime()) / 60_000;
  await happened("probe-recovered", { minutes: closed + 29 });
  await happened("probe-failing", { minutes: closed + 31 });
  await importTimeline(testing, new Date(Date.now() + 32 * 60_000));
  expect(await taken(first)).toEqual(["probe-recovered"]);
  expect(await taken(second)).toEqual(["probe-recovered", "probe-failing"]);
});
