import { afterEach, describe, expect, test } from "vitest";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { openEvidence, type EvidenceServices } from "../evidence/services.ts";
import { databaseRoutes } from "./databases.ts";
import { environmentRoutes } from "./environments.ts";
import { useServer } from "./testing-server.ts";

const sealer = makeSealer(new Uint8Array(keyBytes));
let evidence: EvidenceServices;
const server = useServer(({ control }) => {
  evidence = openEvidence({ control, sealer }, { freshMs: 0 });
  return [...environmentRoutes({ control, evidence }), ...databaseRoutes({ control, sealer })];
});

afterEach(async () => {
  await evidence.observer.close();
});

const post = (path: string, body: unknown, as?: string): ReturnType<typeof server.request> =>
  server.request("POST", path, { body, ...(as === undefined ? {} : { as }) });

function statuses(answers: readonly { status: number }[]): number[] {
  return answers.map(({ status }) => status).toSorted();
}

async function actions(): Promise<string[]> {
  const rows = await server.control.query<{ action: string }>(
    "select action from interlock_control.audit_log order by number",
  );
  return rows.map(({ action }) => action);
}

describe("an environment", () => {
  test("is added, shown, given other tools and removed, each written down", async () => {
    expect(await post("/environments", { name: "production" })).toMatchObject({
      status: 201,
      body: { name: "production", databases: 0 },
    });
    const tools = ["psql", "metabase*"];
    expect(await server.request("PUT", "/environments/production/tools", { body: { tools } })).toMatchObject({
      status: 200,
      body: { tools },
    });
    expect(await server.request("GET", "/environments/production", { as: "viewer" })).toMatchObject({
      status: 200,
      body: { name: "production", tools, databases: [], versions: [], partialDeployments: [] },
    });
    expect(await server.request("GET", "/environments")).toMatchObject({
      body: { environments: [{ tools }] },
    });
    expect(await server.request("DELETE", "/environments/production")).toMatchObject({ status: 200 });
    expect(await server.request("GET", "/environments/production")).toMatchObject({ status: 404 });
    expect(await actions()).toEqual(["environment.add", "environment.set-tools", "environment.remove"]);
  });

  test("is nobody's to change without the scope, or for a token of other environments", async () => {
    await post("/environments", { name: "production" });
    const url = "postgres://localhost/x";
    for (const as of ["releaser", "viewer", "admin:bob:staging", "nobody"]) {
      const refused = [
        await post("/environments", { name: "another" }, as),
        await server.request("PUT", "/environments/production/tools", { as, body: { tools: [] } }),
        await server.request("DELETE", "/environments/production", { as }),
        await post("/environments/production/databases", { name: "main", url, connect: false }, as),
        await server.request("DELETE", "/environments/production/databases/main", { as }),
      ];
      const status = as === "nobody" ? 401 : 403;
      expect(refused.map((answer) => answer.status)).toEqual(refused.map(() => status));
    }
    expect(await actions()).toEqual(["environment.add"]);
  });

  test("of two who add it at once, or remove it at once, one is told that the other was first", async () => {
    const added = await Promise.all([1, 2].map(() => post("/environments", { name: "production" })));
    expect(statuses(added)).toEqual([201, 409]);
    const removed = await Promise.all([1, 2].map(() => server.request("DELETE", "/environments/production")));
    expect(statuses(removed)).toEqual([200, 404]);
    expect(await actions()).toEqual(["environment.add", "environment.remove"]);
  });

  test("stays while it has databases or a history", async () => {
    await post("/environments", { name: "production" });
    await post("/environments/production/databases", {
      name: "main",
      url: "postgres://localhost/x",
      connect: false,
    });
    expect(await server.request("DELETE", "/environments/production")).toMatchObject({
      status: 409,
      body: { code: "in-use" },
    });
  });

  test.each([
    { name: "Production" },
    { name: "" },
    { name: "a b" },
    {},
    { name: "x", tools: ["a*b"] },
    { name: 1 },
  ])("that is %j is refused", async (body) => {
    expect((await post("/environments", body)).status).toBe(400);
  });
});

describe("a database", () => {
  const secret = "s3cr3t-of-the-database";

  test("is connected to, kept sealed, and looked at; its password comes out nowhere", async () => {
    const { url, database } = await server.target();
    const withPassword = new URL(url);
    withPassword.password = secret;
    await post("/environments", { name: "production" });
    const added = await post("/environments/production/databases", { name: "main", url: withPassword.href });
    expect(added).toMatchObject({
      status: 201,
      body: { name: "main", place: expect.stringContaining(database) as string },
    });
    const shown = await server.request("GET", "/environments/production");
    expect(shown).toMatchObject({ body: { databases: [{ name: "main", problem: null }] } });
    const list = await server.request("GET", "/environments/production/databases");
    const kept = await server.control.query(
      "select detail::text from interlock_control.audit_log union all select detail::text from interlock_control.events",
    );
    const rows = await server.control.query(
      "select encode(sealed_url, 'escape') as sealed, place from interlock_control.databases",
    );
    expect(JSON.stringify([added, shown, list, kept, rows])).not.toContain(secret);
  });

  test("that can't be reached is not added, and what is said holds no password", async () => {
    await post("/environments", { name: "production" });
    const url = `postgres://ada:${secret}@127.0.0.1:1/none`;
    const answer = await post("/environments/production/databases", { name: "main", url });
    expect(answer).toMatchObject({ status: 422, body: { code: "database-not-reachable" } });
    expect(JSON.stringify(answer)).not.toContain(secret);
    expect(await server.request("GET", "/environments/production/databases")).toMatchObject({
      body: { databases: [] },
    });
  });

  test.each([
    `mysql://ada:${secret}@h/d`,
    secret,
    "env:no",
    `postgres://ada:${secret}@[::1/d`,
    "env:NOT_THERE_AT_ALL",
  ])("whose URL is none is refused without showing it", async (url) => {
    await post("/environments", { name: "production" });
    const answer = await post("/environments/production/databases", { name: "main", url });
    expect([400, 422]).toContain(answer.status);
    expect(JSON.stringify(answer)).not.toContain(secret);
  });

  test("of two who add it at once one is told that the other was first; of an environment that is not there, that", async () => {
    await post("/environments", { name: "production" });
    const add = (environment: string): ReturnType<typeof post> =>
      post(`/environments/${environment}/databases`, {
        name: "main",
        url: "postgres://localhost/x",
        connect: false,
      });
    const both = await Promise.all([add("production"), add("production")]);
    expect(statuses(both)).toEqual([201, 409]);
    expect((await add("nowhere")).status).toBe(404);
    const path = "/environments/production/databases/main";
    const gone = await Promise.all([1, 2].map(() => server.request("DELETE", path)));
    expect(statuses(gone)).toEqual([200, 404]);
  });

  test("stays while a shipment goes through it", async () => {
    await post("/environments", { name: "production" });
    await post("/environments/production/databases", {
      name: "main",
      url: "postgres://localhost/x",
      connect: false,
    });
    await server.control.query(`
      insert into interlock_control.changes (id, title, files, baseline, digests, touches, created_by)
        values ('chg_1', '', '[]', '[]', '{}', '{}', 'ada');
      insert into interlock_control.rehearsals (id, change, key, old_versions, new_versions, state)
        values ('reh_1', 'chg_1', 'k', '[]', '[]', 'done');
      insert into interlock_control.shipments (id, change, environment, rehearsal, state, target, canaries, concurrency, lock_budget_ms, started_by)
        values ('shp_1', 'chg_1', 'production', 'reh_1', 'running', 'expand', 0, 1, 250, 'ada');
      insert into interlock_control.shipment_databases (shipment, database, position, is_canary, state)
        values ('shp_1', 'main', 0, false, 'pending')`);
    expect(await server.request("DELETE", "/environments/production/databases/main")).toMatchObject({
      status: 409,
      body: { code: "in-use" },
    });
  });
});
