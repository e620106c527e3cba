import { beforeEach, expect, test } from "vitest";
import type { GateReason } from "../api/gate.ts";
import type { Shipment } from "../api/shipments.ts";
import { paidStatusPlan } from "../ship/example-change.ts";
import type { ShipmentServices } from "../shipment/services.ts";
import {
  addChange,
  addDatabase,
  addEnvironment,
  change,
  storeDecision,
} from "../shipment/testing/store-decision.ts";
import { shipmentRoutes } from "./shipments.ts";
import { useServer } from "./testing-server.ts";

let against: GateReason[] = [];

// Nobody works on shipments here: the rows are what is tested, and who may change them.
const server = useServer(({ control }) => {
  const services: ShipmentServices = {
    control,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    admit: (transaction, { request }) => storeDecision(transaction, { request, reasons: against }),
    databaseConnection: () => Promise.reject(new Error("no target is opened")),
    closeChange: () => Promise.reject(new Error("nothing comes to its end")),
  };
  return shipmentRoutes(services);
});

beforeEach(async () => {
  against = [];
  const { query } = server.control;
  await addEnvironment(query);
  await addDatabase(query, { name: "eu-1", isCanary: false });
  await addDatabase(query, { name: "eu-2", isCanary: true });
  await addChange(query, paidStatusPlan());
});

const shipments = "/environments/production/shipments";

async function start(target = "contract", as = "releaser"): Promise<{ status: number; body: Shipment }> {
  const answer = await server.request("POST", shipments, { as, body: { change, target } });
  return answer as { status: number; body: Shipment };
}

async function become(shipment: string, state: string): Promise<void> {
  await server.control.query("update interlock_control.shipments set state = $2::text where id = $1::text", [
    shipment,
    state,
  ]);
}

function audited(): Promise<{ action: string; actor: string }[]> {
  return server.control.query("select action, actor from interlock_control.audit_log order by number");
}

test("starts, with the canary first, and shows it", async () => {
  const { status, body } = await start("expand", "releaser:grace");
  expect(status).toBe(201);
  expect(body).toMatchObject({
    state: "running",
    target: "expand",
    canaries: 1,
    concurrency: 4,
    startedBy: "grace",
    databases: [
      { database: "eu-2", isCanary: true, state: "pending", phase: null },
      { database: "eu-1", isCanary: false, state: "pending", phase: null },
    ],
  });
  expect(body.phases.expand.map(({ step }) => step)).toEqual(["expand-1", "expand-2"]);
  expect((await server.request("GET", `/shipments/${body.shipment}`)).body).toEqual(body);
  expect((await server.request("GET", shipments)).body).toMatchObject({
    shipments: [{ shipment: body.shipment, state: "running" }],
  });
  expect(await audited()).toEqual([{ action: "shipment.start", actor: "grace" }]);
});

test("the gate's no is told and kept, and nothing is begun", async () => {
  against = [{ code: "alarm", effect: "blocks", message: "payments@1 breaks", next: "look" }];
  const { status, body } = await start();
  expect(status).toBe(409);
  expect(body).toMatchObject({ code: "blocked-by-gate", why: "alarm: payments@1 breaks", next: "look" });
  expect(await server.control.query("select verdict from interlock_control.decisions")).toEqual([
    { verdict: "blocked" },
  ]);
  expect((await server.request("GET", shipments)).body).toEqual({ shipments: [] });
});

test.each([
  ["POST", shipments, { change, target: "expand" }],
  ["POST", "/shipments/ID/resume", {}],
  ["POST", "/shipments/ID/stop", undefined],
  ["POST", "/shipments/ID/rollback", undefined],
] as const)("%s %s is refused without the scope, and for another environment", async (method, path, body) => {
  const { body: open } = await start();
  const there = path.replace("ID", open.shipment);
  const given = body === undefined ? {} : { body };
  for (const as of ["viewer", "responder", "releaser:ada:staging"]) {
    expect(await server.request(method, there, { as, ...given })).toMatchObject({
      status: 403,
      body: { code: "forbidden" },
    });
  }
  expect(await server.request(method, there, { as: "nobody", ...given })).toMatchObject({ status: 401 });
  expect((await server.request("GET", `/shipments/${open.shipment}`)).body).toEqual(open);
});

test("one shipment at a time in an environment: of two starts at once one begins, the other finds it or a conflict", async () => {
  const answers = await Promise.all([start(), start(), start("expand")]);
  const rows = await server.control.query<{ id: string }>("select id from interlock_control.shipments");
  expect(rows).toHaveLength(1);
  const begun = answers.filter(({ status }) => status === 201);
  const refused = answers.filter(({ status }) => status !== 201);
  expect(begun.length).toBeGreaterThan(0);
  expect(begun.every(({ body }) => body.shipment === rows[0]?.id)).toBe(true);
  expect(
    refused.every(({ status, body }) => status === 409 && "code" in body && body.code === "conflict"),
  ).toBe(true);
  expect((await audited()).map(({ action }) => action)).toEqual(["shipment.start"]);
});

test("a pipeline may ask again: what is under way is given back, what is expanded goes on to contract", async () => {
  const { body: first } = await start("expand");
  expect((await start("expand")).body.shipment).toBe(first.shipment);
  expect(await start("contract")).toMatchObject({ status: 409 });
  await become(first.shipment, "ready");
  expect((await start("contract")).body).toMatchObject({
    shipment: first.shipment,
    state: "running",
    target: "contract",
  });
});

test("two resumes at once, and a resume against a rollback: one wins, the other gets a conflict", async () => {
  const { body } = await start();
  const resume = (): ReturnType<typeof server.request> =>
    server.request("POST", `/shipments/${body.shipment}/resume`, { body: {} });
  const rollback = (): ReturnType<typeof server.request> =>
    server.request("POST", `/shipments/${body.shipment}/rollback`);
  await become(body.shipment, "stopped");
  const resumes = await Promise.all([resume(), resume()]);
  expect(resumes.map(({ status }) => status).toSorted()).toEqual([202, 409]);
  expect(resumes.find(({ status }) => status === 409)?.body).toMatchObject({ code: "conflict" });
  await become(body.shipment, "stopped");
  const rollbacks = await Promise.all([rollback(), rollback()]);
  expect(rollbacks.map(({ status }) => status).toSorted()).toEqual([202, 409]);
  expect((await resume()).status).toBe(409);
  const actions = (await audited()).map(({ action }) => action);
  expect(actions).toEqual(["shipment.start", "shipment.resume", "shipment.rollback"]);
});

test("a rollback against a resume: the rollback may follow, never the other way round", async () => {
  const { body } = await start();
  await become(body.shipment, "stopped");
  const [resumed, rolledBack] = await Promise.all([
    server.request("POST", `/shipments/${body.shipment}/resume`, { body: {} }),
    server.request("POST", `/shipments/${body.shipment}/rollback`),
  ]);
  expect(rolledBack.status).toBe(202);
  expect([202, 409]).toContain(resumed.status);
  const { body: now } = await server.request("GET", `/shipments/${body.shipment}`);
  expect(now).toMatchObject({ state: "rolling-back", direction: "back" });
});

test("stops once: the second to ask is told who did", async () => {
  const { body } = await start();
  const stop = (as: string): ReturnType<typeof server.request> =>
    server.request("POST", `/shipments/${body.shipment}/stop`, { as });
  const answers = await Promise.all([stop("releaser:ada"), stop("releaser:bob")]);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([202, 409]);
  await become(body.shipment, "ready");
  expect(await stop("releaser:ada")).toMatchObject({ status: 409, body: { code: "conflict" } });
});

test("no way back once a database has the new shape", async () => {
  const { body } = await start();
  await become(body.shipment, "stopped");
  await server.control.query(
    "update interlock_control.shipment_databases set state = 'done', phase = 'contract' where database = 'eu-2'",
  );
  expect(await server.request("POST", `/shipments/${body.shipment}/rollback`)).toMatchObject({
    status: 409,
    body: { code: "past-the-point-of-no-return", why: expect.stringContaining("eu-2 has") as string },
  });
});

test("what is not there is not found, and what makes no sense is refused", async () => {
  const nowhere = "/shipments/shp_0000000000000000";
  expect(await server.request("GET", nowhere)).toMatchObject({ status: 404 });
  for (const verb of ["stop", "rollback"]) {
    expect(await server.request("POST", `${nowhere}/${verb}`)).toMatchObject({ status: 404 });
  }
  expect(await server.request("POST", `${nowhere}/resume`, { body: {} })).toMatchObject({ status: 404 });
  for (const wrong of [
    { concurrency: 0 },
    { concurrency: 65 },
    { canaries: -1 },
    { target: "rollback" },
    { more: 1 },
  ]) {
    const body = { change, target: "expand", ...wrong };
    expect(await server.request("POST", shipments, { body })).toMatchObject({
      status: 400,
      body: { code: "input-not-valid" },
    });
  }
});
