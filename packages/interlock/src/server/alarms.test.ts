import { expect, test } from "vitest";
import { raiseAlarm } from "../watch/record-alarms.ts";
import { alarmRoutes } from "./alarms.ts";
import { useServer } from "./testing-server.ts";

const server = useServer(({ control }) => alarmRoutes({ control }));

test("lists the alarms of an environment, all or those that are open", async () => {
  await server.control.query(
    "insert into interlock_control.environments (name, tools) values ('production', '{}'), ('staging', '{}')",
  );
  const alarm = {
    appVersion: "payments@2.2.0",
    statements: [{ name: "list", sqlstate: "42703", message: 'column "is_paid" does not exist' }],
    ddl: [
      {
        number: "7",
        at: "2026-01-01T00:00:00.000Z",
        tag: "ALTER TABLE",
        objects: ["table public.payments"],
        who: "ada",
        applicationName: "psql",
        clientAddress: null,
        text: "alter table payments drop column is_paid",
        permit: null,
      },
    ],
    raisedAt: "2026-01-01T00:00:01.000Z",
  };
  const id = await raiseAlarm(server.control, { environment: "production", database: "eu-1", alarm });
  const expected = { ...alarm, id, environment: "production", database: "eu-1", clearedAt: null };
  const open = await server.request("GET", "/environments/production/alarms?open=true", { as: "viewer" });
  expect(open).toEqual({ status: 200, body: { alarms: [expected] } });
  await server.control.query("update interlock_control.alarms set cleared_at = clock_timestamp()");
  const none = await server.request("GET", "/environments/production/alarms?open=true");
  expect(none.body).toEqual({ alarms: [] });
  const all = await server.request("GET", "/environments/production/alarms");
  expect(all.body).toMatchObject({ alarms: [{ id, clearedAt: expect.any(String) as unknown }] });
  expect((await server.request("GET", "/environments/staging/alarms")).body).toEqual({ alarms: [] });
});

test("an environment that is not there is 404, a caller without a token 401", async () => {
  expect((await server.request("GET", "/environments/nowhere/alarms")).status).toBe(404);
  expect((await server.request("GET", "/environments/nowhere/alarms?open=perhaps")).status).toBe(400);
  expect((await server.request("GET", "/environments/nowhere/alarms", { as: "nobody" })).status).toBe(401);
});
