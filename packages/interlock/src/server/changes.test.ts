import { afterEach, describe, expect, test } from "vitest";
import { keyBytes, makeSealer } from "../access/sealer.ts";
import { openEvidence, type EvidenceServices } from "../evidence/services.ts";
import { december, newWorkload, oldWorkload, rehearseAll } from "../evidence/testing-environment.ts";
import { changeRoutes } from "./changes.ts";
import { useServer } from "./testing-server.ts";
import { workloadRoutes } from "./workloads.ts";

let evidence: EvidenceServices;
const server = useServer(({ control }) => {
  evidence = openEvidence({ control, sealer: makeSealer(new Uint8Array(keyBytes)) });
  return [...changeRoutes({ control, evidence }), ...workloadRoutes({ control })];
});

afterEach(async () => {
  await evidence.observer.close();
});

const put = (workload: typeof oldWorkload, as = "releaser"): ReturnType<typeof server.request> =>
  server.request("PUT", `/workloads/${workload.app}/${workload.version}`, { as, body: workload });
const push = (as = "releaser"): ReturnType<typeof server.request> =>
  server.request("POST", "/changes", { as, body: december });

async function pushed(): Promise<string> {
  return ((await push()).body as { id: string }).id;
}

describe("a workload", () => {
  test("is stored; the same again changes nothing, another one takes its place", async () => {
    const first = await put(oldWorkload);
    expect(first).toMatchObject({ status: 200, body: { statements: 2, replaced: false } });
    expect((await put(oldWorkload)).body).toEqual(first.body);
    const other = { ...oldWorkload, statements: oldWorkload.statements.slice(1) };
    expect(await put(other)).toMatchObject({ status: 200, body: { statements: 1, replaced: true } });
    expect(await server.request("GET", "/workloads?app=payments")).toMatchObject({
      body: { workloads: [{ version: "2.2.0", statements: 1 }] },
    });
  });

  test("pushed by several at once is one of them", async () => {
    const others = [1, 2, 3].map((count) => ({
      ...oldWorkload,
      statements: oldWorkload.statements.map((one) => ({ ...one, calls: count })),
    }));
    const all = await Promise.all(others.map((one) => put(one)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(all.filter(({ body }) => (body as { replaced: boolean }).replaced)).toHaveLength(2);
  });

  test("of another version than its address, or too large, is refused", async () => {
    const wrong = await server.request("PUT", "/workloads/payments/9", { body: oldWorkload });
    expect(wrong).toMatchObject({ status: 400, body: { code: "input-not-valid" } });
    const many = Array.from({ length: 10_001 }, (_, index) => ({ name: String(index), sql: "select 1" }));
    expect(await put({ ...oldWorkload, statements: many })).toMatchObject({
      status: 413,
      body: { code: "too-large" },
    });
  });

  test("larger than other requests may be is taken", async () => {
    const statements = Array.from({ length: 5_000 }, (_, index) => ({
      name: String(index),
      sql: `select ${"x".repeat(1_000)}`,
    }));
    expect((await put({ ...oldWorkload, statements })).status).toBe(200);
  });

  test("is stored by a token for some environments, which takes no statement away from it again", async () => {
    const staging = "releaser:ada:staging";
    expect((await put(oldWorkload, staging)).status).toBe(200);
    const again = { ...oldWorkload, statements: oldWorkload.statements.map((one) => ({ ...one, calls: 7 })) };
    expect((await put(again, staging)).status).toBe(200);
    const thinned = { ...oldWorkload, statements: oldWorkload.statements.slice(1) };
    expect(await put(thinned, staging)).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(await server.request("GET", "/workloads?app=payments")).toMatchObject({
      body: { workloads: [{ statements: 2 }] },
    });
  });

  test("is nobody's to store without the scope", async () => {
    expect((await put(oldWorkload, "responder")).status).toBe(403);
    expect((await put(oldWorkload, "nobody")).status).toBe(401);
  });
});

describe("a change", () => {
  test("is pushed, rehearsed with named versions, shown and closed", async () => {
    await put(oldWorkload);
    await put(newWorkload);
    const id = await pushed();
    expect(await push()).toMatchObject({ status: 200, body: { id, isNew: false } });
    const asked = await server.request("POST", `/changes/${id}/rehearsals`, {
      body: { old: ["payments@2.2.0"] },
    });
    expect(asked).toMatchObject({ status: 202, body: { state: "waiting" } });
    await rehearseAll(server);
    const { id: rehearsal } = asked.body as { id: string };
    expect(await server.request("GET", `/changes/${id}`, { as: "viewer" })).toMatchObject({
      status: 200,
      body: {
        texts: december.files,
        rehearsals: [
          {
            id: rehearsal,
            state: "done",
            order: "split",
            planned: true,
            plan: { format: "interlock-plan/1" },
          },
        ],
      },
    });
    expect(await server.request("GET", `/changes/${id}/rehearsals/${rehearsal}`)).toMatchObject({
      body: { report: { format: "interlock-check/1" }, proof: { broken: 0 } },
    });
    const closed = await server.request("POST", `/changes/${id}/close`, { body: { as: "abandoned" } });
    expect(closed).toMatchObject({ status: 200, body: { closedAs: "abandoned" } });
    expect(await server.request("GET", "/changes?open=true")).toMatchObject({ body: { changes: [] } });
    expect(await server.request("POST", `/changes/${id}/close`, { body: { as: "shipped" } })).toMatchObject({
      status: 409,
    });
  });

  test("is marked with the incident that it caused, by who may work on incidents", async () => {
    const id = await pushed();
    const body = { incident: "INC-17" };
    expect(
      await server.request("PUT", `/changes/${id}/caused-incident`, { as: "responder", body }),
    ).toMatchObject({
      status: 200,
      body: { causedIncident: "INC-17" },
    });
    expect(
      (await server.request("PUT", `/changes/${id}/caused-incident`, { as: "viewer", body })).status,
    ).toBe(403);
  });

  test("is nobody's to push, rehearse or close without the scope", async () => {
    const id = await pushed();
    for (const as of ["viewer", "responder"]) {
      expect((await push(as)).status).toBe(403);
      expect(
        (await server.request("POST", `/changes/${id}/close`, { as, body: { as: "shipped" } })).status,
      ).toBe(403);
      expect(
        (await server.request("POST", `/changes/${id}/rehearsals`, { as, body: { old: [] } })).status,
      ).toBe(403);
    }
    expect((await push("nobody")).status).toBe(401);
    const close = await server.request("POST", `/changes/${id}/close`, {
      as: "admin:ada:staging",
      body: { as: "shipped" },
    });
    expect(close.status).toBe(403);
  });

  test("that does not parse, or with a path that leads out, is refused and nothing is stored", async () => {
    const send = (path: string, text: string): ReturnType<typeof server.request> =>
      server.request("POST", "/changes", { body: { files: [{ path, text }] } });
    expect(await send("1.sql", "select from from")).toMatchObject({
      status: 400,
      body: { code: "sql-does-not-parse" },
    });
    expect(await send("../1.sql", "select 1")).toMatchObject({ status: 400 });
    expect(await server.request("GET", "/changes")).toMatchObject({ body: { changes: [] } });
  });

  test("is rehearsed only with versions whose workloads are there, and in one way of saying which", async () => {
    const id = await pushed();
    const ask = (body: unknown): ReturnType<typeof server.request> =>
      server.request("POST", `/changes/${id}/rehearsals`, { body });
    expect((await ask({ old: ["payments@2.2.0"] })).status).toBe(404);
    expect((await ask({ environment: "nowhere" })).status).toBe(404);
    expect((await ask({})).status).toBe(400);
    expect((await ask({ old: [], environment: "x" })).status).toBe(400);
    expect((await server.request("GET", "/changes/chg_0000000000000000")).status).toBe(404);
  });
});
