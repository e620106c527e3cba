import { describe, expect, test } from "vitest";
import { z } from "zod";
import { scopesOfRole, type Scope } from "../api/access.ts";
import type { Control } from "../control/control.ts";
import { useControl } from "../control/testing-control.ts";
import { Failure } from "../std/failure.ts";
import { buildApp } from "./build-app.ts";
import { registerHealth } from "./health.ts";
import { makeMetrics } from "./metrics.ts";
import { route } from "./route.ts";

const database = useControl();

async function build({
  control = database.control,
  scopes = scopesOfRole.viewer,
}: { control?: Pick<Control, "query">; scopes?: readonly Scope[] } = {}) {
  const metrics = makeMetrics({ control, isLeader: () => true });
  const stopping = new AbortController();
  const app = await buildApp({
    routes: [
      route({
        method: "POST",
        path: "/gate/:verdict",
        summary: "Decides.",
        scope: "gate",
        status: 200,
        params: z.object({ verdict: z.string() }),
        answer: z.object({ verdict: z.string() }),
        handle: async ({ params }) => ({ verdict: params.verdict }),
      }),
      route({
        method: "GET",
        path: "/waiting",
        summary: "Waits.",
        scope: "read",
        status: 200,
        answer: z.object({}),
        handle: async ({ signal }) => {
          stopping.abort();
          signal.throwIfAborted();
          return {};
        },
      }),
    ],
    authenticate: async (authorization) => {
      if (authorization === undefined) throw new Failure({ code: "unauthenticated", message: "No." });
      return { owner: "ada", token: "tok_a", role: "viewer", scopes: new Set(scopes), environments: null };
    },
    stopping: stopping.signal,
    onAnswer: metrics.onAnswer,
    extras: (own, admit) => {
      registerHealth(own, { control, stopping: stopping.signal });
      metrics.register(own, admit);
    },
  });
  const ask = async (
    url: string,
    { method = "GET", token = true }: { method?: "GET" | "POST"; token?: boolean } = {},
  ) => {
    const answer = await app.inject({ url, method, headers: token ? { authorization: "x" } : {} });
    return { status: answer.statusCode, body: answer.body };
  };
  return { app, ask };
}

describe("figures", () => {
  test("count the gate's answers, and what the control database holds", async () => {
    const { control } = database;
    await control.query(
      "insert into interlock_control.environments (name, tools) values ('production', '{}')",
    );
    await control.query(
      "insert into interlock_control.databases (environment, name, sealed_url, place) values ('production', 'main', '', '')",
    );
    await control.query(
      `insert into interlock_control.sightings select 'production', 'main', name, 1, clock_timestamp(), clock_timestamp() - age
         from (values ('payments@1', interval '0'), ('payments@2', '0'), ('payments@0', '1 hour'), ('psql', '0')) as seen (name, age)`,
    );
    await control.query(
      `insert into interlock_control.rules (id, kind, scope, settings, reason, owner, state, created_by, expires_at)
       select 'rul_' || name, 'block', '', '{}', 'why', 'ada', state, 'ada', clock_timestamp() + until
         from (values ('a', 'in-force', interval '1 hour'), ('b', 'in-force', '-1 hour'), ('c', 'lifted', '1 hour')) as rule (name, state, until)`,
    );
    await control.query(
      `insert into interlock_control.probes (id, environment, name, component, kind, sealed_check, shown_check, interval_ms, timeout_ms,
         fails_after, recovers_after, least_workers, state, created_by, updated_by)
       values ('prb_a', 'production', 'api', 'payment-api', 'tcp', '', '{}', 1000, 1000, 3, 3, 1, 'failing', 'ada', 'ada')`,
    );
    await control.query(
      `insert into interlock_control.probe_minutes (probe, minute, ok, failed, latency_sum_ms)
       values ('prb_a', date_trunc('minute', clock_timestamp()), 3, 1, 1500)`,
    );
    await control.query(
      `insert into interlock_control.signals (id, environment, source, origin, key, severity, state, title, started_at, latest_started_at)
       values ('sig_a', 'production', 'probe', 'api', 'failing', 'critical', 'firing', 'api fails', now(), now())`,
    );
    const { app, ask } = await build();
    await ask("/api/v1/gate/go", { method: "POST" });
    await ask("/api/v1/gate/unknown", { method: "POST" });
    await ask("/api/v1/gate/unknown", { method: "POST" });
    const { body } = await ask("/metrics");
    for (const line of [
      'interlock_gate_decisions_total{verdict="go"} 1',
      'interlock_gate_decisions_total{verdict="blocked"} 0',
      'interlock_gate_decisions_total{verdict="unknown"} 2',
      "interlock_control_up 1",
      "interlock_leader 1",
      "interlock_open_blocks 1",
      'interlock_probe_state{environment="production",probe="api",state="failing"} 1',
      'interlock_probe_latency_seconds{environment="production",probe="api"} 0.5',
      'interlock_probe_failure_ratio{environment="production",probe="api"} 0.25',
      'interlock_signals_firing{environment="production",source="probe",severity="critical"} 1',
      'interlock_versions_with_sessions{environment="production"} 2',
      'interlock_http_request_duration_seconds_count{method="POST",route="/api/v1/gate/:verdict",status="200"} 3',
    ]) {
      expect(body.split("\n")).toContain(line);
    }
    await app.close();
  });

  test("say that the control database is away, and invent nothing about it", async () => {
    const away = {
      query: async () => Promise.reject(new Failure({ code: "control-not-reachable", message: "No." })),
    };
    const { app, ask } = await build({ control: away });
    const { status, body } = await ask("/metrics");
    expect(status).toBe(200);
    expect(body).toContain("interlock_control_up 0");
    expect(body).not.toMatch(/^interlock_open_blocks \d/m);
    expect(await ask("/readyz", { token: false })).toEqual({
      status: 503,
      body: '{"status":"not-ready","why":"control-not-reachable"}',
    });
    expect(await ask("/healthz", { token: false })).toMatchObject({ status: 200 });
    await app.close();
  });

  test("are for tokens with the scope read, from this machine too", async () => {
    const { app, ask } = await build({ scopes: ["gate"] });
    expect((await ask("/metrics", { token: false })).status).toBe(401);
    expect((await ask("/metrics")).status).toBe(403);
    await app.close();
  });
});

test("a server that is about to stop is not ready, and says so to who waits", async () => {
  const { app, ask } = await build();
  expect((await ask("/readyz", { token: false })).status).toBe(200);
  const waiting = await ask("/api/v1/waiting");
  expect({ status: waiting.status, code: (JSON.parse(waiting.body) as { code: string }).code }).toEqual({
    status: 503,
    code: "server-stopping",
  });
  expect((await ask("/readyz", { token: false })).status).toBe(503);
  await app.close();
});
