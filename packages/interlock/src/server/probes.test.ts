import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { sealedOrdersSchema, type NewResult } from "../api/probes.ts";
import { makeSealer } from "../access/sealer.ts";
import { forgetOldResults } from "../probe/forget-old-results.ts";
import { recordResults } from "../probe/record-results.ts";
import { makeWorkerKeys, openOrders } from "../probe/sealed-orders.ts";
import { settleBurn } from "../probe/settle-burn.ts";
import { settleProbe } from "../probe/settle-probe.ts";
import { probeRoutes } from "./probes.ts";
import { useServer } from "./testing-server.ts";

const sealer = makeSealer(randomBytes(32));
const server = useServer(({ control }) => probeRoutes({ control, sealer }));
const base = "/environments/production/probes";
const check = {
  kind: "http",
  url: "https://shop.example/health",
  headers: { authorization: "Bearer {{secret.KEY}}", "x-key": "planted-header" },
};
const probe = {
  revision: null,
  check,
  secrets: { KEY: "planted-secret" },
  component: "payment-api",
  intervalMs: 1_000,
  failsAfter: 3,
};

beforeEach(async () => {
  await server.control.query(
    `insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')`,
  );
  await server.control.query(
    `insert into interlock_control.databases (environment, name, sealed_url, place) values ('production', 'main', '', '')`,
  );
});

async function put(
  change: object = {},
  as = "responder",
): Promise<{ status: number; body: Record<string, unknown> }> {
  const { status, body } = await server.request("PUT", `${base}/api`, { as, body: { ...probe, ...change } });
  return { status, body: body as Record<string, unknown> };
}

/** Results of the last seconds, the last one now: + ok, - failed, ? unknown. */
async function report(id: string, letters: string, { worker = "a" } = {}): Promise<void> {
  const now = Date.now();
  const results = [...letters].map((letter, index): NewResult => {
    const at = now - (letters.length - 1 - index) * 1_000;
    return {
      probe: id,
      slot: Math.floor(at / 1_000),
      at: new Date(at).toISOString(),
      outcome: letter === "+" ? "ok" : letter === "-" ? "failed" : "unknown",
      latencyMs: 20,
      errorKind: letter === "-" ? "status" : null,
      error: letter === "-" ? 'status 500: column "amount" does not exist' : null,
    };
  });
  await recordResults(server.control, { environment: "production", worker, lateMs: 0, results });
}

async function events(): Promise<string[]> {
  const rows = await server.control.query<{ kind: string }>(
    "select kind from interlock_control.events order by number",
  );
  return rows.map(({ kind }) => kind).filter((kind) => kind !== "probe-changed");
}

describe("a probe", () => {
  test("keeps its secrets sealed, and shows none", async () => {
    const made = await put();
    expect(made).toMatchObject({ status: 200, body: { revision: 1, state: "unknown", timeoutMs: 1_000 } });
    const shown = JSON.stringify([
      made,
      await server.request("GET", base),
      await server.request("GET", `${base}/api`),
    ]);
    const stored = JSON.stringify(
      await server.control.query(
        "select p.shown_check, p.sealed_check::text, a.detail, e.detail from interlock_control.probes p, interlock_control.audit_log a, interlock_control.events e",
      ),
    );
    expect(shown + stored).not.toContain("planted");
  });

  test("is for those who may, and changes only as it was read", async () => {
    expect((await put({}, "viewer")).status).toBe(403);
    expect((await put({}, "responder:bob:staging")).status).toBe(403);
    expect((await put({ check: { kind: "postgres", database: "main" } })).status).toBe(403);
    expect((await put({ check: { kind: "postgres", database: "main" } }, "admin")).status).toBe(200);
    expect((await put()).status).toBe(409);
    const both = await Promise.all([put({ revision: 1 }), put({ revision: 1, failsAfter: 5 })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await server.request("DELETE", `${base}/api`, { as: "viewer" })).status).toBe(403);
    const gone = await Promise.all([
      server.request("DELETE", `${base}/api`),
      server.request("DELETE", `${base}/api`),
    ]);
    expect(gone.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });

  test("that can't work is refused", async () => {
    for (const wrong of [
      { kind: "http", url: "file:///etc/passwd" },
      { kind: "http", url: "http://a", json: {}, body: "x" },
      { kind: "postgres" },
      { kind: "postgres", url: "nonsense" },
      { kind: "steps", steps: [] },
      { kind: "shell", command: "id" },
    ]) {
      expect((await put({ check: wrong }, "admin")).status).toBe(400);
    }
    expect((await put({ check: { kind: "postgres", database: "other" } }, "admin")).status).toBe(404);
  });

  test("can be tried without being kept", async () => {
    const body = { check: { kind: "tcp", host: "127.0.0.1", port: 1 }, timeoutMs: 5_000 };
    const trials = "/environments/production/probe-trials";
    expect((await server.request("POST", trials, { as: "viewer", body })).status).toBe(403);
    expect(await server.request("POST", trials, { as: "responder", body })).toMatchObject({
      status: 200,
      body: { outcome: "failed", errorKind: "refused" },
    });
    expect((await server.request("GET", base)).body).toEqual({ probes: [] });
  });
});

describe("results", () => {
  let id: string;
  beforeEach(async () => {
    id = String((await put()).body["id"]);
  });

  test("are confirmed once, by however many servers look, and become a signal that ends with it", async () => {
    await report(id, "+++");
    expect(await settleProbe(server.control, id)).toBe(true);
    await server.control.query("delete from interlock_control.probe_results");
    await report(id, "---");
    const settled = await Promise.all([1, 2, 3].map(() => settleProbe(server.control, id)));
    expect(settled.filter(Boolean)).toHaveLength(1);
    expect(await events()).toEqual(["probe-state-changed", "probe-failing", "signal-raised"]);
    const [signal] = await server.control.query<{ started_at: Date; first_at: Date; detail: object }>(
      "select component, state, started_at, first_at, detail from interlock_control.signals",
    );
    expect(signal).toMatchObject({ component: "payment-api", state: "firing" });
    expect(JSON.stringify(signal?.detail)).toContain("amount");
    // It began with the first failed result, before anybody knew.
    expect(Number(signal?.first_at) - Number(signal?.started_at)).toBeGreaterThan(900);
    await server.control.query("delete from interlock_control.probe_results");
    await report(id, "+++");
    await settleProbe(server.control, id);
    expect((await events()).slice(3)).toEqual(["probe-recovered", "signal-ended"]);
  });

  test("that are sent twice count once, and old, foreign and unknown ones say nothing", async () => {
    await report(id, "++-");
    const again = server.control.query("select * from interlock_control.probe_minutes order by minute");
    const before = await again;
    const kept = await server.control.query<{ slot: string; at: Date }>(
      "select slot, at from interlock_control.probe_results",
    );
    const results = kept.map(({ slot, at }): NewResult => ({
      probe: id,
      slot: Number(slot),
      at: at.toISOString(),
      outcome: "failed",
      latencyMs: 1,
      errorKind: null,
      error: null,
    }));
    const [one] = results;
    if (one === undefined) throw new Error("there are results");
    const reported = { environment: "production", worker: "a", lateMs: 0 };
    expect(await recordResults(server.control, { ...reported, results })).toEqual([]);
    const old = { ...one, slot: 1, at: new Date(Date.now() - 3_600_000).toISOString() };
    expect(await recordResults(server.control, { ...reported, results: [old] })).toEqual([]);
    const elsewhere = { ...reported, environment: "staging", worker: "b" };
    expect(await recordResults(server.control, { ...elsewhere, results })).toEqual([]);
    expect(
      await server.control.query("select * from interlock_control.probe_minutes order by minute"),
    ).toEqual(before);
  });

  test("are added up by the minute, with errors by kind", async () => {
    await report(id, "+-", { worker: "a" });
    await report(id, "-?", { worker: "b" });
    const { body } = await server.request("GET", `${base}/api/minutes`);
    const { minutes } = body as {
      minutes: { ok: number; failed: number; unknown: number; errors: Record<string, number> }[];
    };
    const sum = (of: (minute: (typeof minutes)[number]) => number): number =>
      minutes.reduce((total, minute) => total + of(minute), 0);
    expect([sum(({ ok }) => ok), sum(({ failed }) => failed), sum(({ unknown }) => unknown)]).toEqual([
      1, 2, 1,
    ]);
    expect(sum(({ errors }) => errors["status"] ?? 0)).toBe(2);
  });

  test("of a probe that is paused or goes away leave nothing firing", async () => {
    await report(id, "---");
    await settleProbe(server.control, id);
    expect((await put({ revision: 1, isPaused: true })).status).toBe(200);
    expect(await server.control.query("select state from interlock_control.signals")).toEqual([
      { state: "ended" },
    ]);
    await report(id, "---");
    expect(await settleProbe(server.control, id)).toBe(false);
  });

  test("that nobody sends any more leave the probe unknown, and say so once", async () => {
    await report(id, "+++");
    await settleProbe(server.control, id);
    await server.control.query("update interlock_control.probe_results set at = at - interval '1 minute'");
    expect(await settleProbe(server.control, id)).toBe(true);
    expect(await settleProbe(server.control, id)).toBe(false);
    expect((await server.request("GET", `${base}/api`)).body).toMatchObject({ probe: { state: "unknown" } });
  });

  test("are forgotten when they are old", async () => {
    await report(id, "+++");
    await server.control.query("update interlock_control.probe_results set at = at - interval '2 hours'");
    await server.control.query(
      "update interlock_control.probe_minutes set minute = minute - interval '101 days'",
    );
    await forgetOldResults(server.control);
    for (const table of ["probe_results", "probe_minutes"]) {
      expect(await server.control.query(`select from interlock_control.${table}`)).toEqual([]);
    }
  });

  test("that spend an objective's budget too fast page, until they are good again", async () => {
    await put({ revision: 1, objective: 99.9 });
    await report(id, "+-+-");
    await settleBurn(server.control);
    expect(await server.control.query("select from interlock_control.signals")).toEqual([]);
    await server.control.query("update interlock_control.probe_minutes set failed = 300");
    await settleBurn(server.control);
    await settleBurn(server.control);
    const signals = async () =>
      server.control.query("select key, severity, state from interlock_control.signals order by key");
    expect(await signals()).toEqual([
      { key: "burn-360m", severity: "critical", state: "firing" },
      { key: "burn-4320m", severity: "warning", state: "firing" },
      { key: "burn-60m", severity: "critical", state: "firing" },
    ]);
    expect((await server.request("GET", `${base}/api`)).body).toMatchObject({
      burn: [{ isFiring: true }, {}, {}],
    });
    await server.control.query("update interlock_control.probe_minutes set failed = 0");
    await settleBurn(server.control);
    expect(new Set((await signals()).map((one) => (one as { state: string }).state))).toEqual(
      new Set(["ended"]),
    );
  });
});

describe("a worker elsewhere", () => {
  const keys = makeWorkerKeys();
  test("is given what it may carry out, secrets included, and nobody else is", async () => {
    await put();
    await server.request("PUT", `${base}/db`, {
      body: { ...probe, check: { kind: "postgres", database: "main" } },
    });
    const orders = (as: string) =>
      server.request("POST", "/environments/production/probe-orders", {
        as,
        body: { worker: "paris-1", publicKey: keys.publicKey },
      });
    for (const as of ["viewer", "responder", "releaser"]) expect((await orders(as)).status).toBe(403);
    expect((await orders("admin:ada:staging")).status).toBe(403);
    const { body } = await orders("admin");
    expect(JSON.stringify(body)).not.toContain("planted");
    const opened = openOrders(sealedOrdersSchema.parse(body), keys);
    expect(opened).toMatchObject([{ name: "api", secrets: { KEY: "planted-secret" } }]);
  });

  test("reports through the API", async () => {
    const id = String((await put({ failsAfter: 1 })).body["id"]);
    const result = {
      probe: id,
      slot: 7,
      at: new Date().toISOString(),
      outcome: "failed",
      latencyMs: 3,
      errorKind: "refused",
      error: "the connection was refused",
    };
    const send = (as: string) =>
      server.request("POST", "/environments/production/probe-results", {
        as,
        body: { worker: "paris-1", results: [result] },
      });
    expect((await send("releaser")).status).toBe(403);
    expect((await send("admin")).body).toEqual({ taken: 1 });
    expect((await send("admin")).body).toEqual({ taken: 0 });
    expect((await server.request("GET", `${base}/api`)).body).toMatchObject({
      probe: { state: "failing" },
      workers: [{ worker: "paris-1" }],
    });
  });
});
