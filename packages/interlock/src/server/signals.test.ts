import { randomBytes } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { beforeEach, describe, expect, test } from "vitest";
import { makeSealer } from "../access/sealer.ts";
import { endStaleSignals } from "../signal/end-stale-signals.ts";
import { takeAlarms } from "../signal/alarm-signals.ts";
import { clearAlarm, raiseAlarm } from "../watch/record-alarms.ts";
import { buildApp } from "./build-app.ts";
import { signalDeliveries } from "./signal-deliveries.ts";
import { signalRoutes } from "./signals.ts";
import { useServer } from "./testing-server.ts";

const sealer = makeSealer(randomBytes(32));
const server = useServer(({ control }) => signalRoutes({ control, sealer }));
const base = "/environments/production/signals";
const sources = "/environments/production/signal-sources";

beforeEach(async () => {
  await server.control.query(
    `insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')`,
  );
});

interface Told {
  signals: Record<string, unknown>[];
}

async function signals(): Promise<Told["signals"]> {
  return ((await server.request("GET", base)).body as Told).signals;
}

describe("a signal that is sent", () => {
  const signal = { key: "queue", title: "The queue is full", component: "payment-api" };

  test("is one however often, ends once, and is told of once each", async () => {
    const outcomes: unknown[] = [];
    for (const state of ["firing", "firing", "ended", "ended"]) {
      const { body } = await server.request("POST", base, { as: "responder", body: { ...signal, state } });
      outcomes.push((body as { taken: { outcome: string }[] }).taken[0]?.outcome);
    }
    expect(outcomes).toEqual(["raised", "again", "ended", "late"]);
    expect(await signals()).toMatchObject([{ key: "queue", state: "ended", count: 2, source: "hook" }]);
    const events = await server.control.query("select kind from interlock_control.events order by number");
    expect(events).toEqual([{ kind: "signal-raised" }, { kind: "signal-ended" }]);
  });

  test("is one, also when many say so at once", async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => server.request("POST", base, { body: signal })),
    );
    const outcomes = answers.map(({ body }) => (body as { taken: { outcome: string }[] }).taken[0]?.outcome);
    expect(outcomes.filter((outcome) => outcome === "raised")).toHaveLength(1);
    expect(await signals()).toMatchObject([{ count: 8 }]);
  });

  test("is ended by hand once, with a reason, by who may", async () => {
    await server.request("POST", base, { body: signal });
    const [{ id } = {}] = await signals();
    const end = (as: string) =>
      server.request("POST", `/signals/${String(id)}/end`, { as, body: { reason: "the sender is gone" } });
    expect((await end("viewer")).status).toBe(403);
    expect((await end("responder:bob:staging")).status).toBe(403);
    const both = await Promise.all([end("responder"), end("responder")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await server.request("POST", base, { as: "viewer", body: signal })).status).toBe(403);
  });
});

const make = async (kind: string, more: object = {}) => {
  const { body, status } = await server.request("POST", sources, {
    body: { name: kind, kind, ...more },
  });
  expect(status).toBe(201);
  return body as { source: { id: string }; secret: string; path: string };
};
const alert = {
  alerts: [{ status: "firing", labels: { alertname: "Slow", service: "checkout" }, fingerprint: "f1" }],
};
const post = async (path: string, { body, headers = {} }: { body: unknown; headers?: object }) => {
  const app = await buildApp({
    routes: [],
    authenticate: async () => Promise.reject(new Error("no token is asked for")),
    plugins: [signalDeliveries({ control: server.control, sealer })],
  });
  const payload = typeof body === "string" ? body : JSON.stringify(body);
  const answer = await app.inject({
    method: "POST",
    url: path,
    headers: { "content-type": "application/json", ...headers },
    payload,
  });
  await app.close();
  return { status: answer.statusCode, body: answer.json() as Record<string, unknown> };
};

describe("a source", () => {
  test("is believed for the secret in its URL, and maps what it sends to components", async () => {
    const mapping = { field: "service", components: { checkout: "payment-api" } };
    const { path, source, secret } = await make("alertmanager", { mapping });
    expect((await post(path, { body: alert })).status).toBe(202);
    expect(await signals()).toMatchObject([{ component: "payment-api", origin: "alertmanager", key: "f1" }]);
    const wrong = `/integrations/signals/${source.id}/${"0".repeat(32)}`;
    expect((await post(wrong, { body: alert })).status).toBe(401);
    expect((await post(path, { body: "no json" })).status).toBe(400);
    const answers = JSON.stringify(await server.request("GET", sources));
    const audit = JSON.stringify(await server.control.query("select * from interlock_control.audit_log"));
    expect(answers + audit).not.toContain(secret);
  });

  test("that signs is believed for its signature, and not for an old one", async () => {
    const { path, secret } = await make("standard-webhooks");
    const body = JSON.stringify({ type: "alert", data: { key: "k", title: "T", component: "payment-api" } });
    const signed = (at: Date): object => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
      "webhook-signature": new Webhook(secret).sign("msg_1", at, body),
    });
    expect((await post(path, { body })).status).toBe(401);
    expect((await post(path, { body: `${body} `, headers: signed(new Date()) })).status).toBe(401);
    expect((await post(path, { body, headers: signed(new Date(Date.now() - 600_000)) })).status).toBe(401);
    expect((await post(path, { body, headers: signed(new Date()) })).status).toBe(202);
    expect(await signals()).toMatchObject([{ key: "k", component: "payment-api" }]);
  });

  test("of PagerDuty's shape is known by its routing key", async () => {
    const { secret, path } = await make("pagerduty");
    const payload = { summary: "S", source: "s", severity: "critical", component: "payment-api" };
    const event = { event_action: "trigger", payload };
    expect((await post(path, { body: { ...event, routing_key: "x" } })).status).toBe(401);
    const { status, body } = await post(path, { body: { ...event, routing_key: secret } });
    expect({ status, body }).toMatchObject({ status: 202, body: { status: "success" } });
    const resolve = { routing_key: secret, event_action: "resolve", dedup_key: body["dedup_key"] };
    expect((await post(path, { body: resolve })).status).toBe(202);
    expect(await signals()).toMatchObject([{ state: "ended", component: "payment-api" }]);
  });

  test("may be used with a token instead, and leaves nothing firing when it goes", async () => {
    const { path } = await make("json");
    const deliver = (as: string) =>
      server.request("POST", `${sources}/json/deliveries`, { as, body: { key: "k", title: "T" } });
    expect((await deliver("responder")).body).toMatchObject({ taken: [{ outcome: "raised" }] });
    expect((await deliver("viewer")).status).toBe(403);
    expect((await server.request("POST", sources, { body: { name: "json", kind: "json" } })).status).toBe(
      409,
    );
    expect((await server.request("DELETE", `${sources}/json`, { as: "responder" })).status).toBe(200);
    expect((await server.request("DELETE", `${sources}/json`)).status).toBe(404);
    expect(await signals()).toMatchObject([{ state: "ended" }]);
    expect((await post(path, { body: { key: "k", title: "T" } })).status).toBe(401);
  });

  test("that does not send again in time has its signals ended once", async () => {
    await make("json", { endsAfterMinutes: 5 });
    await server.request("POST", `${sources}/json/deliveries`, { body: { key: "k", title: "T" } });
    expect(await endStaleSignals(server)).toBe(0);
    await server.control.query(
      "update interlock_control.signals set last_at = clock_timestamp() - interval '6 minutes'",
    );
    const ended = await Promise.all([endStaleSignals(server), endStaleSignals(server)]);
    expect(ended.toSorted()).toEqual([0, 1]);
    expect(await signals()).toMatchObject([{ state: "ended" }]);
  });
});

test("an alarm is a signal of each component whose scope it touches, until it is cleared", async () => {
  const { control } = server;
  await control.query(
    `insert into interlock_control.components (id, environment, key, names, scope, created_by)
     select 'cmp_' || key, 'production', key, '{}', scope, 'ada'
       from (values ('payment-api', 'app=payments table=public.payments'), ('reports', 'app=payments table=public.reports'),
                    ('terminals', 'app=terminals')) as c (key, scope)`,
  );
  const place = { environment: "production", database: "main" };
  const ddl = {
    number: "12",
    at: "2024-12-17T13:08:00.000Z",
    tag: "ALTER TABLE",
    objects: ["table column public.payments.amount"],
    who: "ada",
    applicationName: "psql",
    clientAddress: null,
    text: "alter table payments rename column amount to amount_cents",
    permit: null,
  };
  const statements = [{ name: "create", sqlstate: "42703", message: 'column "amount" does not exist' }];
  const alarm = { appVersion: "payments@2.2.0", statements, ddl: [ddl], raisedAt: new Date().toISOString() };
  await raiseAlarm(control, { ...place, alarm });
  await Promise.all([takeAlarms(control), takeAlarms(control)]);
  await takeAlarms(control);
  expect(await signals()).toMatchObject([
    {
      component: "payment-api",
      state: "firing",
      startedAt: ddl.at,
      detail: { columns: ["public.payments.amount"] },
    },
  ]);
  await clearAlarm(control, { ...place, appVersion: "payments@2.2.0", why: "works" });
  await takeAlarms(control);
  expect(await signals()).toMatchObject([{ component: "payment-api", state: "ended" }]);
});
