import { expect, test } from "vitest";
import { serverMajor } from "../database/server-major.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

test("a plan that was proved on another major version is not begun", async () => {
  const { connection, client } = database;
  await createPayments(client, { rows: 2 });
  const major = await serverMajor(client);
  const refused = shipChange({ plan: { ...paidStatusPlan(), postgres: major - 1 }, connection });
  await expect(refused).rejects.toMatchObject({
    code: "plan-for-other-postgres",
    state: "Nothing was changed.",
    next: expect.stringContaining(`--postgres ${String(major)}`) as unknown,
  });
  expect((await shipStatus({ connection })).change).toBeNull();
  expect(await shipChange({ plan: { ...paidStatusPlan(), postgres: major }, connection })).toMatchObject({
    state: "done",
  });
});
