import { beforeEach, expect, test } from "vitest";
import { incidentDetailSchema } from "../api/incident-detail.ts";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { componentRoutes } from "./components.ts";
import { incidentsRoutes } from "./incidents.ts";
import { incidentWorkRoutes } from "./incident-work.ts";
import { maintenanceRoutes } from "./maintenances.ts";
import { responderRoutes } from "./responders.ts";
import { statusPageRoutes } from "./status-page.ts";
import { useServer } from "./testing-server.ts";
import { updateRoutes } from "./updates.ts";

const testing = useServer((served) => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const services = { control: served.control, sealer: makeSealer(Buffer.alloc(keyBytes, 1)), log };
  return [
    ...incidentsRoutes(services),
    ...incidentWorkRoutes(services),
    ...updateRoutes(services),
    ...componentRoutes(services),
    ...statusPageRoutes(services),
    ...responderRoutes(services),
    ...maintenanceRoutes(services),
  ];
});

const names = { fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" };
const hostile = "<script>alert(1)</script> {count, plural, other {#}} \"&' \u202Egnp.exe";

beforeEach(async () => {
  await testing.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')",
  );
});

async function ask(
  method: "GET" | "POST" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
  as = "admin",
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await testing.request(method, path, { as, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, body: answer.body as Record<string, unknown> };
}

async function setUp(): Promise<void> {
  const page = { environment: "production", names, url: "https://status.example.com/" };
  expect(await ask("PATCH", "/status-page", page)).toMatchObject({
    status: 200,
    body: { url: "https://status.example.com", locales: ["fr", "en", "it"], timeZone: "Europe/Paris" },
  });
  const component = { key: "payment-api", names, scope: "app=payments" };
  expect(await ask("POST", "/environments/production/components", component)).toMatchObject({ status: 201 });
}

test("an incident from its opening to its end, as a client of the API sees it", async () => {
  await setUp();
  const opened = await ask("POST", "/environments/production/incidents", {
    priority: "P1",
    titles: { fr: hostile, en: hostile },
    components: [{ component: "payment-api", status: "major_outage" }],
    responsibility: hostile,
  });
  expect(opened).toMatchObject({ status: 201, body: { reference: "INC-1", titles: { fr: hostile } } });
  const verbs: [string, object][] = [
    ["acknowledge", {}],
    ["assign", { role: "scribe", person: hostile }],
    ["notes", { text: hostile }],
    [
      "updates",
      {
        status: "identified",
        phrases: ["identified-difficulties"],
        texts: { fr: hostile, en: hostile, it: hostile },
      },
    ],
    ["priority", { priority: "P2", reason: hostile }],
    ["classify", { reason: hostile }],
    ["reports", { kind: "initial", reference: hostile }],
    ["resolve", { phrases: ["resolved", "still-watching"] }],
    ["reopen", {}],
  ];
  for (const [verb, body] of verbs) {
    const { status, body: answer } = await ask("POST", `/incidents/INC-1/${verb}`, body, "responder:ada");
    expect({ verb, answer, status }).toMatchObject({ status: verb === "updates" ? 201 : 200 });
  }
  const shown = await ask("GET", "/incidents/INC-1", undefined, "viewer");
  expect(shown).toMatchObject({ status: 200 });
  const detail = incidentDetailSchema.parse(shown.body);
  expect(detail.updates).toHaveLength(3);
  expect(detail.header.it.find(({ key }) => key === "responsibility")?.text).toBe(hostile);
  for (const path of [
    "/incidents/INC-1/timeline",
    "/incidents/INC-1/facts",
    `/incidents/${detail.incident.id}`,
  ]) {
    expect([path, (await ask("GET", path, undefined, "viewer")).status]).toEqual([path, 200]);
  }
  expect(await ask("GET", "/incidents/INC-99")).toMatchObject({ status: 404, body: { code: "not-found" } });
  expect(await ask("GET", "/incidents/12")).toMatchObject({ status: 400 });
});

test("who may only look changes nothing; what can't be stored is refused", async () => {
  await setUp();
  await ask("POST", "/environments/production/incidents", { priority: "P3", titles: names });
  const refused: ["POST" | "PATCH" | "DELETE", string, object | undefined][] = [
    ["POST", "/environments/production/incidents", {}],
    ["POST", "/environments/production/components", {}],
    ["PATCH", "/environments/production/components/payment-api", {}],
    ["DELETE", "/environments/production/components/payment-api", undefined],
    ["POST", "/environments/production/maintenances", {}],
    ["POST", "/environments/production/maintenance-series", {}],
    ["POST", "/environments/production/responders", {}],
    ["PATCH", "/status-page", {}],
    ...[
      "acknowledge",
      "assign",
      "unit",
      "notes",
      "priority",
      "impact",
      "merge",
      "classify",
      "reports",
      "updates",
      "resolve",
      "reopen",
    ].map((verb): ["POST", string, object] => ["POST", `/incidents/INC-1/${verb}`, {}]),
    ["PATCH", "/incidents/INC-1/facts", {}],
  ];
  for (const [method, path, body] of refused) {
    expect([path, (await ask(method, path, body, "viewer")).status]).toEqual([path, 403]);
  }
  expect(await ask("PATCH", "/status-page", { url: "https://x.example.com" }, "responder")).toMatchObject({
    status: 403,
  });
  for (const title of ["two\nlines", "a\rb: c", "bell\u0007", "next\u2028line", "x".repeat(201)]) {
    const asked = { priority: "P1", titles: { en: title } };
    expect([title, (await ask("POST", "/environments/production/incidents", asked)).status]).toEqual([
      title,
      400,
    ]);
  }
  for (const text of ["a\u0000b", "\ud800"]) {
    expect((await ask("POST", "/incidents/INC-1/notes", { text })).status).toBe(400);
    const titles = { en: text };
    expect((await ask("POST", "/environments/production/incidents", { priority: "P1", titles })).status).toBe(
      400,
    );
  }
  const [before] = await testing.control.query("select count(*) from interlock_control.audit_log");
  expect(before).toEqual({ count: "3" });
});

test("components: what is not given stays, what is null goes; a group has its worst component's state", async () => {
  await setUp();
  const path = "/environments/production/components";
  expect(await ask("POST", path, { key: "payment-api", names })).toMatchObject({ status: 409 });
  const added = await Promise.all([1, 2].map(() => ask("POST", path, { key: "refunds", names })));
  expect(added.map(({ status }) => status).toSorted()).toEqual([201, 409]);
  expect(await ask("POST", path, { key: "other", names }, "admin:bob:staging")).toMatchObject({
    status: 403,
  });
  expect(await ask("DELETE", `${path}/refunds`, undefined, "admin:bob:staging")).toMatchObject({
    status: 403,
  });
  expect(await ask("DELETE", `${path}/refunds`)).toMatchObject({ status: 200 });
  expect(await ask("POST", path, { key: "all", names, isGroup: true })).toMatchObject({ status: 201 });
  const declares = { priority: "P1", status: "major_outage", publish: true };
  expect(await ask("PATCH", `${path}/payment-api`, { group: "all", declares })).toMatchObject({
    status: 200,
    body: { group: "all", declares, scope: "app=payments", names },
  });
  expect(await ask("PATCH", `${path}/payment-api`, { declares: null })).toMatchObject({
    body: { group: "all", declares: null, scope: "app=payments" },
  });
  expect(await ask("PATCH", `${path}/all`, { scope: "app=x" })).toMatchObject({ status: 400 });
  expect(await ask("PATCH", `${path}/payment-api`, { group: "nothing" })).toMatchObject({ status: 400 });
  expect(await ask("DELETE", `${path}/all`)).toMatchObject({ status: 409, body: { code: "in-use" } });
  await ask("POST", "/environments/production/incidents", {
    priority: "P3",
    titles: names,
    components: [{ component: "payment-api", status: "partial_outage" }],
  });
  const { body } = await ask("GET", path);
  expect(body["components"]).toMatchObject([
    { key: "payment-api", status: "partial_outage" },
    { key: "all", status: "partial_outage" },
  ]);
  expect(await ask("DELETE", `${path}/payment-api`)).toMatchObject({
    status: 409,
    body: { why: "INC-1 refers to it." },
  });
  await ask("POST", "/incidents/INC-1/resolve", {});
  const removed = await Promise.all([1, 2].map(() => ask("DELETE", `${path}/payment-api`)));
  expect(removed.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  expect(await ask("PATCH", `${path}/payment-api`, { names })).toMatchObject({ status: 404 });
  expect(await ask("PATCH", `${path}/all`, { names }, "admin:bob:staging")).toMatchObject({ status: 403 });
});

test("the page's settings keep what is not given, and refuse a zone that there is none of", async () => {
  expect(await ask("GET", "/status-page")).toMatchObject({ status: 404 });
  expect(await ask("PATCH", "/status-page", { names })).toMatchObject({ status: 400 });
  await setUp();
  expect(await ask("PATCH", "/status-page", { locales: ["en"], responsibility: "Example" })).toMatchObject({
    status: 200,
    body: { locales: ["en"], responsibility: "Example", names, url: "https://status.example.com" },
  });
  expect(await ask("PATCH", "/status-page", { timeZone: "Europe/Atlantis" })).toMatchObject({ status: 400 });
  expect(await ask("PATCH", "/status-page", { environment: "nowhere" })).toMatchObject({ status: 404 });
  expect(await ask("PATCH", "/status-page", { names }, "admin:bob:staging")).toMatchObject({ status: 403 });
});
