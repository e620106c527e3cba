import { beforeEach, expect, test } from "vitest";
import type { Figures } from "../api/figures.ts";
import { newComponentSchema } from "../api/components.ts";
import { addComponent } from "../incident/components/add-component.ts";
import { callerOf } from "../incident/testing-incidents.ts";
import { insertSeed, paris, seedChange } from "../postmortem/testing-seed.ts";
import { keepPhases } from "../postmortem/figures/keep-phases.ts";
import { figureRoutes } from "./figures.ts";
import { useServer } from "./testing-server.ts";

const testing = useServer(({ control }) => figureRoutes({ control }));
const december = "since=2024-12-01T00:00:00Z&until=2025-01-01T00:00:00Z";

beforeEach(async () => {
  const { control } = testing;
  await control.query("insert into interlock_control.environments (name, tools) values ('production', '{}')");
  const component = newComponentSchema.parse({ key: "payment-api", names: { en: "Payment API" } });
  await addComponent(testing, { environment: "production", component, caller: callerOf("ada") });
  await insertSeed(control);
  await control.query("update interlock_control.changes set caused_incident = 'INC-12'");
});

async function figures(query = december): Promise<{ status: number; body: unknown }> {
  return testing.request("GET", `/environments/production/figures?${query}`);
}

test("the 17 December 2024 in figures", async () => {
  const { status, body } = await figures();
  expect(status).toBe(200);
  expect(body).toMatchObject({
    incidents: [
      {
        reference: "INC-12",
        times: {
          detectMs: 20_000,
          declareMs: 60_000,
          unitMs: 60_000,
          firstUpdateMs: 780_000,
          recoverMs: 1_200_000,
        },
      },
    ],
    summaries: { recoverMs: { count: 1, medianMs: 1_200_000 } },
    keys: { deployments: 1, changes: 1, changesThatFailed: 1, changeFailureRate: 1 },
    changes: [{ change: seedChange, from: paris("13:50").toISOString(), isMergeKnown: false, until: null }],
  });
});

test("a change's time from merge to contract, and where it went", async () => {
  const { control } = testing;
  await control.query(
    `insert into interlock_control.shipments (id, change, environment, rehearsal, state, target, canaries, concurrency, lock_budget_ms, started_at, started_by, ended_at)
     values ('shp_0000000000000001', $1::text, 'production', 'reh_0000000000000001', 'done', 'contract', 0, 1, 100, $2::timestamptz, 'ada', $3::timestamptz)`,
    [seedChange, paris("14:10"), paris("14:40")],
  );
  for (const [clock, kind, detail] of [
    ["14:10", "shipment-database-begun", { database: "main", task: "expand" }],
    ["14:12", "shipment-progress", { database: "main", phase: "migrate" }],
    ["14:20", "shipment-database-reached", { database: "main", task: "expand" }],
    ["14:38", "shipment-database-begun", { database: "main", task: "contract" }],
    ["14:40", "shipment-database-reached", { database: "main", task: "contract" }],
  ] as const) {
    await control.query(
      `insert into interlock_control.events (at, kind, environment, subject, detail)
       values ($1::timestamptz, $2::text, 'production', 'shp_0000000000000001', $3::jsonb)`,
      [paris(clock), kind, JSON.stringify(detail)],
    );
  }
  await control.query(
    `insert into interlock_control.decisions (id, environment, subject, verdict, decision, facts, made_at, asked_by)
     values ('dec_0000000000000001', 'production', 'change:' || $1::text, 'blocked', '{}', '{}', $2::timestamptz, 'ada')`,
    [seedChange, paris("14:00")],
  );
  const merged = { at: paris("13:40").toISOString() };
  expect(
    await testing.request("PUT", `/changes/${seedChange}/merged`, { as: "releaser", body: merged }),
  ).toMatchObject({
    status: 200,
  });
  const minute = 60_000;
  const { changes, keys } = (await figures()).body as Figures;
  expect(changes).toMatchObject([
    {
      from: paris("13:40").toISOString(),
      until: paris("14:40").toISOString(),
      isMergeKnown: true,
      totalMs: 60 * minute,
      spentMs: {
        gate: 10 * minute,
        expand: 2 * minute,
        migrate: 8 * minute,
        release: 9 * minute,
        contract: 2 * minute,
      },
    },
  ]);
  // Kept before the events go, they say the same afterwards.
  expect(await keepPhases(control)).toBe(1);
  expect(await keepPhases(control)).toBe(0);
  await control.query("delete from interlock_control.events");
  expect(((await figures()).body as Figures).changes).toEqual(changes);
  expect(keys).toMatchObject({ deployments: 2, leadTime: { count: 1, medianMs: 60 * minute } });
});

test.each([
  ["a viewer", "viewer", 403],
  ["nobody", "nobody", 401],
  ["somebody for one environment", "releaser:bob:production", 403],
])("says when a change was merged: not %s", async (_, as, status) => {
  const body = { at: paris("13:40").toISOString() };
  expect(await testing.request("PUT", `/changes/${seedChange}/merged`, { as, body })).toMatchObject({
    status,
  });
});

test("what can't be is refused", async () => {
  expect(await figures("since=2025-01-01T00:00:00Z&until=2024-01-01T00:00:00Z")).toMatchObject({
    status: 400,
  });
  expect(await testing.request("GET", "/environments/nowhere/figures")).toMatchObject({ status: 404 });
  const future = { at: "2999-01-01T00:00:00Z" };
  expect(await testing.request("PUT", `/changes/${seedChange}/merged`, { body: future })).toMatchObject({
    status: 400,
  });
  const put = { body: { at: paris("13:40").toISOString() } };
  expect(await testing.request("PUT", "/changes/chg_zzzzzzzzzzzzzzzz/merged", put)).toMatchObject({
    status: 404,
  });
});
