import { Statuspage } from "statuspage.io";
import statuspageJs from "statuspage.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { PageModel } from "../page-model.ts";
import { renderSite } from "../render-site.ts";
import {
  cet,
  emptyModel,
  hostileModel,
  largeModel,
  maintenanceModel,
  openModel,
  postmortemModel,
} from "../testing-models.ts";
import { serveModel } from "../testing-served.ts";

// Clients of the hosted product as npm has them, unchanged, against our files; and every answer against the shapes of
// the API, with exact members and values. `translations` is the one member that is ours.

const texts = z.partialRecord(z.enum(["fr", "en", "it"]), z.string());
const page = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  url: z.url(),
  time_zone: z.string(),
  updated_at: z.iso.datetime(),
  translations: z.strictObject({ name: texts }),
});
const componentStatus = z.enum([
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
]);
const component = z.strictObject({
  id: z.string().min(1),
  name: z.string().min(1),
  status: componentStatus,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  position: z.int(),
  description: z.string().min(1).nullable(),
  showcase: z.boolean(),
  start_date: z.iso.date().nullable(),
  group_id: z.string().nullable(),
  page_id: z.string(),
  group: z.boolean(),
  only_show_if_degraded: z.boolean(),
  components: z.array(z.string()).optional(),
  translations: z.strictObject({ name: texts, description: texts }),
});
const update = <Status extends z.ZodType>(status: Status) =>
  z.strictObject({
    id: z.string(),
    incident_id: z.string(),
    status,
    body: z.string(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    display_at: z.iso.datetime(),
    deliver_notifications: z.boolean(),
    custom_tweet: z.null(),
    tweet_id: z.null(),
    affected_components: z
      .array(
        z.strictObject({
          code: z.string(),
          name: z.string(),
          old_status: componentStatus,
          new_status: componentStatus,
        }),
      )
      .min(1)
      .nullable(),
    translations: z.strictObject({ body: texts }),
  });
const members = <Status extends z.ZodType, Impact extends z.ZodType>(status: Status, impact: Impact) => ({
  id: z.string(),
  name: z.string(),
  status,
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  monitoring_at: z.iso.datetime().nullable(),
  resolved_at: z.iso.datetime().nullable(),
  impact,
  shortlink: z.url(),
  started_at: z.iso.datetime(),
  page_id: z.string(),
  incident_updates: z.array(update(status)),
  components: z.array(component),
  translations: z.strictObject({ name: texts }),
});
const incident = z.strictObject(
  members(
    z.enum(["investigating", "identified", "monitoring", "resolved", "postmortem"]),
    z.enum(["none", "minor", "major", "critical", "maintenance"]),
  ),
);
const maintenance = z.strictObject({
  ...members(z.enum(["scheduled", "in_progress", "verifying", "completed"]), z.literal("maintenance")),
  scheduled_for: z.iso.datetime(),
  scheduled_until: z.iso.datetime(),
});
const status = z.strictObject({
  indicator: z.enum(["none", "minor", "major", "critical", "maintenance"]),
  description: z.enum([
    "All Systems Operational",
    "Partially Degraded Service",
    "Degraded System Service",
    "Minor Service Outage",
    "Partial System Outage",
    "Major System Outage",
    "Service Under Maintenance",
  ]),
});
const answers: Readonly<Record<string, z.ZodType>> = {
  summary: z.strictObject({
    page,
    components: z.array(component),
    incidents: z.array(incident),
    scheduled_maintenances: z.array(maintenance),
    status,
  }),
  status: z.strictObject({ page, status }),
  components: z.strictObject({ page, components: z.array(component) }),
  incidents: z.strictObject({ page, incidents: z.array(incident).max(50) }),
  "incidents/unresolved": z.strictObject({ page, incidents: z.array(incident) }),
  "scheduled-maintenances": z.strictObject({ page, scheduled_maintenances: z.array(maintenance).max(50) }),
  "scheduled-maintenances/active": z.strictObject({ page, scheduled_maintenances: z.array(maintenance) }),
  "scheduled-maintenances/upcoming": z.strictObject({ page, scheduled_maintenances: z.array(maintenance) }),
};

const now = cet("15:45");
const models: [string, PageModel][] = [
  ["open", openModel()],
  ["postmortem", postmortemModel()],
  ["maintenance", maintenanceModel()],
  ["hostile", hostileModel()],
  ["large", largeModel()],
  ["empty", emptyModel()],
];

describe.each(models)("every answer of a page that is %s", (_, model) => {
  test.each(Object.entries(answers))("%s", (name, schema) => {
    const body = renderSite(model, now).get(`api/v2/${name}.json`)?.body.toString("utf8") ?? "";
    expect(schema.safeParse(JSON.parse(body)).error?.issues ?? []).toEqual([]);
  });
});

function both(): PageModel {
  return { ...openModel(), maintenances: maintenanceModel().maintenances };
}

let served: Awaited<ReturnType<typeof serveModel>>;
beforeAll(async () => {
  served = await serveModel(both(), now);
});
afterAll(() => {
  served.close();
});

test("statuspage.io: every endpoint", async () => {
  const client = new Statuspage("anything");
  client.setApiUrl(served.url);
  const { api } = client;
  expect((await api.getStatus()).status).toEqual({
    indicator: "critical",
    description: "Major System Outage",
  });
  // Its own type of this answer holds nothing: two of its parts contradict each other.
  const summary: { page: object; incidents: object[] } = await api.getSummary();
  expect(summary.page).toMatchObject({ id: "production", name: "Payplug", time_zone: "Europe/Paris" });
  expect(summary.incidents).toHaveLength(1);
  const { components } = await api.getComponents();
  expect(components.map((each) => [each.name, each.status])).toEqual([
    ["API de Paiement", "major_outage"],
    ["Terminaux de paiement", "operational"],
    ["Portail marchand", "operational"],
    ["Virements", "under_maintenance"],
  ]);
  for (const ask of [() => api.incidents.getAll(), () => api.incidents.getUnresolved()]) {
    const { incidents } = await ask();
    expect(incidents).toMatchObject([
      {
        id: "inc_12",
        name: "Perturbations sur les paiements e-commerce",
        status: "identified",
        impact: "critical",
        resolved_at: null,
        incident_updates: [
          { status: "identified", body: expect.stringContaining("Une action est en cours") as unknown },
        ],
      },
    ]);
  }
  // All three ask for what is to come, as its authors have it.
  const { scheduledMaintenances } = api;
  for (const ask of [
    scheduledMaintenances.getAll,
    scheduledMaintenances.getActive,
    scheduledMaintenances.getUpcoming,
  ]) {
    const { scheduled_maintenances } = await ask.call(scheduledMaintenances);
    expect(scheduled_maintenances.map(({ id }) => id)).toEqual(["mnt_15"]);
  }
});

test("statuspage.js: every endpoint", async () => {
  const client = new statuspageJs.Statuspage("anything") as unknown as StatuspageJs;
  client.axios.defaults.baseURL = `${served.url}/api/v2`;
  expect(await client.summary()).toMatchObject({
    page: { id: "production" },
    status: { indicator: "critical" },
  });
  expect(await client.status()).toMatchObject({ status: { description: "Major System Outage" } });
  expect(await client.components()).toMatchObject({ components: [{ id: "cmp_payment-api" }, {}, {}, {}] });
  for (const ask of ["allIncidents", "unresolvedIncidents"] as const) {
    // It makes dates of what looks like one.
    expect(await client[ask]()).toMatchObject({ incidents: [{ id: "inc_12", started_at: cet("14:17") }] });
  }
  const ids = async (
    ask: "allScheduledMaintenances" | "activeScheduledMaintenances" | "upcomingScheduledMaintenances",
  ) => (await client[ask]()).scheduled_maintenances.map(({ id }) => id);
  expect(await ids("allScheduledMaintenances")).toEqual(["mnt_15", "mnt_13"]);
  expect(await ids("activeScheduledMaintenances")).toEqual(["mnt_13"]);
  expect(await ids("upcomingScheduledMaintenances")).toEqual(["mnt_15"]);
});

type Maintenances = Promise<{ scheduled_maintenances: { id: string }[] }>;

/** What of it is used; its own types hide the axios that its readme says to configure. */
interface StatuspageJs {
  axios: { defaults: { baseURL: string } };
  summary(): Promise<unknown>;
  status(): Promise<unknown>;
  components(): Promise<unknown>;
  allIncidents(): Promise<unknown>;
  unresolvedIncidents(): Promise<unknown>;
  allScheduledMaintenances(): Maintenances;
  activeScheduledMaintenances(): Maintenances;
  upcomingScheduledMaintenances(): Maintenances;
}
