import { beforeEach, describe, expect, test } from "vitest";
import type { Release } from "../api/releases.ts";
import type { DatabaseFact, GateFacts } from "../gate/facts.ts";
import { releaseRoutes } from "./releases.ts";
import { useServer } from "./testing-server.ts";

let databases: DatabaseFact[];
const main: DatabaseFact = {
  name: "main",
  isCanary: false,
  observedAt: "2026-01-02T12:00:00Z",
  problem: null,
  unidentified: [],
};

// The facts are made up: what is tested is that a release begins only where the gate lets it, and only once.
const server = useServer(({ control }) =>
  releaseRoutes({
    control,
    readFacts: async ({ query, environment, request, at }): Promise<GateFacts> => {
      const running = await query<{ id: string; app_version: string; at: string }>(
        `select id, app || '@' || version as app_version, started_at::text as at from interlock_control.releases
          where environment = $1::text and state = 'running'`,
        [environment],
      );
      const appVersion = request.kind === "release" ? `${request.app}@${request.version}` : "";
      return {
        environment,
        at: at.toISOString(),
        request,
        databases,
        versions: [],
        changes: [],
        alarms: [],
        releases: running.map(({ id: release, app_version, at: startedAt }) => ({
          release,
          appVersion: app_version,
          startedBy: "ada",
          startedAt,
          isStalled: false,
        })),
        shipments: [],
        rules: [],
        approvals: [],
        overrides: [],
        incidents: [],
        candidate: { appVersion, hasWorkload: true, prepares: "works", why: "" },
      };
    },
  }),
);

const place = "/environments/production/releases";

beforeEach(async () => {
  databases = [main];
  await server.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}')",
  );
});

function start(version = "2.3.0", as = "releaser"): ReturnType<typeof server.request> {
  return server.request("POST", place, { as, body: { app: "payments", version } });
}

function end(release: string, verb: "finish" | "cancel", as = "releaser"): ReturnType<typeof server.request> {
  return server.request("POST", `${place}/${encodeURIComponent(release)}/${verb}`, { as });
}

async function audited(): Promise<string[]> {
  const rows = await server.control.query<{ action: string }>(
    "select action from interlock_control.audit_log where action like 'release%' order by number",
  );
  return rows.map(({ action }) => action);
}

describe("a release", () => {
  test("begins when the gate lets it, with its decision, and ends", async () => {
    const started = await start();
    expect(started).toMatchObject({
      status: 200,
      body: {
        isNew: true,
        release: { appVersion: "payments@2.3.0", state: "running" },
        decision: { verdict: "go" },
      },
    });
    expect(await end("payments@2.3.0", "finish")).toMatchObject({ status: 200, body: { state: "finished" } });
    const list = await server.request("GET", place, { as: "viewer" });
    expect((list.body as { releases: Release[] }).releases).toMatchObject([
      { state: "finished", endedBy: "ada" },
    ]);
    expect(await audited()).toEqual(["release.start", "release.finish"]);
  });

  test("does not begin when the gate blocks it or does not know, and the decision is kept", async () => {
    databases = [];
    expect(await start()).toMatchObject({ status: 409, body: { code: "unknown-to-gate" } });
    const kept = await server.control.query("select verdict from interlock_control.decisions");
    expect(kept).toEqual([{ verdict: "unknown" }]);
    expect(await server.request("GET", place)).toMatchObject({ body: { releases: [] } });
    expect(await audited()).toEqual([]);
  });

  test("is begun once, however many ask at once; another version of the app is refused meanwhile", async () => {
    const all = await Promise.all([start(), start(), start()]);
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    const ids = all.map(({ body }) => (body as { release: Release }).release.id);
    expect(new Set(ids).size).toBe(1);
    expect(await start("2.4.0")).toMatchObject({ status: 409, body: { code: "already-running" } });
    expect(await audited()).toEqual(["release.start"]);
  });

  test("of two versions begun at once one wins", async () => {
    const both = await Promise.all([start("2.3.0"), start("2.4.0")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await audited()).toEqual(["release.start"]);
  });

  test("that is finished and cancelled at once ends in one way; ended again in that way it is as it was", async () => {
    await start();
    const both = await Promise.all([end("payments@2.3.0", "finish"), end("payments@2.3.0", "cancel")]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const won = both[0]?.status === 200 ? "finish" : "cancel";
    expect((await end("payments@2.3.0", won)).status).toBe(200);
    expect(await audited()).toEqual(["release.start", `release.${won}`]);
  });

  test("past its time is stalled, and can be ended by somebody else", async () => {
    await start();
    await server.control.query(
      "update interlock_control.releases set expected_until = clock_timestamp() - interval '1 minute'",
    );
    expect(await server.request("GET", `${place}?open=true`)).toMatchObject({
      body: { releases: [{ isStalled: true, state: "running" }] },
    });
    expect(await end("payments@2.3.0", "cancel", "releaser:bob")).toMatchObject({ body: { endedBy: "bob" } });
  });

  test("is nobody's to begin or end without the scope", async () => {
    await start();
    for (const as of ["viewer", "responder", "releaser:bob:staging"]) {
      expect((await start("2.3.0", as)).status).toBe(403);
      expect((await end("payments@2.3.0", "finish", as)).status).toBe(403);
      expect((await end("payments@2.3.0", "cancel", as)).status).toBe(403);
    }
    expect(await audited()).toEqual(["release.start"]);
  });

  test("that is not there is not found; nor is the environment", async () => {
    expect((await end("rel_0000000000000000", "finish")).status).toBe(404);
    expect(
      (await server.request("POST", "/environments/nowhere/releases", { body: { app: "a", version: "1" } }))
        .status,
    ).toBe(404);
  });
});
