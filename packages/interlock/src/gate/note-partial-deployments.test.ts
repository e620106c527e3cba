import { beforeEach, expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import { notePartialDeployments } from "./note-partial-deployments.ts";

const testing = useControl();
const one = { database: "main", appVersion: "payments@1", why: "it breaks" };

beforeEach(async () => {
  await testing.control.query(`
    insert into interlock_control.environments (name, tools) values ('production', '{}');
    insert into interlock_control.databases (environment, name, sealed_url, place) values ('production', 'main', '', '')`);
});

function note(found: (typeof one)[], observed = ["main"]): Promise<void> {
  return notePartialDeployments(testing.control, { environment: "production", observed, found });
}

async function told(): Promise<string[]> {
  const rows = await testing.control.query<{ kind: string }>(
    "select kind from interlock_control.events order by number",
  );
  return rows.map(({ kind }) => kind.replace("partial-deployment-", ""));
}

test("a partial deployment begins once and ends once, however often it is seen and by how many", async () => {
  await Promise.all([note([one]), note([one]), note([one])]);
  await note([one]);
  expect(await told()).toEqual(["began"]);
  await Promise.all([note([]), note([])]);
  await note([]);
  expect(await told()).toEqual(["began", "ended"]);
  await note([one]);
  expect(await told()).toEqual(["began", "ended", "began"]);
});

test("it does not end while its database can't be looked at; it does when that is no more one of the environment's", async () => {
  await note([one]);
  await note([], []);
  expect(await told()).toEqual(["began"]);
  await testing.control.query("delete from interlock_control.databases");
  await note([], []);
  expect(await told()).toEqual(["began", "ended"]);
});

test("each version on each database is one of its own", async () => {
  await note([one, { ...one, appVersion: "ledger@1" }]);
  await note([one]);
  expect(await told()).toEqual(["began", "began", "ended"]);
});
