import { Client } from "pg";
import { expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { useDatabase } from "../ship/testing-database.ts";
import { finishControlMigration, migrateControl } from "./migrate-control.ts";
import { runWork } from "./run-work.ts";
import { readStoredPlans } from "./stored-plans.ts";
import { sleep } from "../std/sleep.ts";

const database = useDatabase();
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A next migration, as a later version would bring it. */
function nextPlan(): Plan {
  const step = { relations: [], lock: "AccessExclusiveLock" as const, kind: "ddl" as const };
  return {
    format: "interlock-plan/1",
    id: "next",
    files: [{ path: "0002_next.sql", sha256: "0".repeat(64) }],
    old: [],
    new: [],
    phases: {
      expand: [
        {
          ...step,
          id: "expand-1",
          title: "add a column",
          statements: ["alter table interlock_control.environments add column label text"],
          undo: ["alter table interlock_control.environments drop column label"],
        },
      ],
      migrate: [],
      contract: [
        {
          ...step,
          id: "contract-1",
          title: "drop a column",
          statements: ["alter table interlock_control.environments drop column tools"],
          undo: null,
        },
      ],
    },
    notes: [],
    losses: [],
  };
}

async function columns(): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `select column_name as name from information_schema.columns
      where table_schema = 'interlock_control' and table_name = 'environments' order by 1`,
  );
  return rows.map(({ name }) => name);
}

test("servers that start at once all come up, and the schema is made once", async () => {
  const { connection } = database;
  await Promise.all([1, 2, 3].map(() => migrateControl({ connection, log })));
  expect(await columns()).toEqual(["created_at", "grace_seconds", "name", "tools"]);
  const done = (await readStoredPlans()).map(() => ({ state: "done" }));
  expect(await database.rows("select state from interlock.changes")).toEqual(done);
  await migrateControl({ connection, log });
  expect(await database.rows("select state from interlock.changes")).toEqual(done);
});

test("while a server of another version is live nothing goes away; the leader finishes when it has gone", async () => {
  const { connection } = database;
  const plans = [...(await readStoredPlans()), nextPlan()];
  await migrateControl({ connection, log });
  const old = await database.session("interlock-server@0.0.1");
  await migrateControl({ connection, log, plans });
  expect(await columns()).toEqual(["created_at", "grace_seconds", "label", "name", "tools"]);
  // A restart in between changes nothing.
  await migrateControl({ connection, log, plans });
  expect(await columns()).toEqual(["created_at", "grace_seconds", "label", "name", "tools"]);
  const until = new AbortController();
  const ended = runWork([finishControlMigration({ connection, log, plans })], { signal: until.signal, log });
  await old.end();
  while ((await columns()).includes("tools")) await sleep(100);
  until.abort();
  await ended;
  expect(await columns()).toEqual(["created_at", "grace_seconds", "label", "name"]);
});

test("a version that does not know what was shipped does not start", async () => {
  const { connection } = database;
  await migrateControl({ connection, log, plans: [...(await readStoredPlans()), nextPlan()] });
  await expect(migrateControl({ connection, log })).rejects.toMatchObject({ code: "control-schema-newer" });
});

test("a role that owns its database and nothing else is enough", async () => {
  const { client, connection } = database;
  const name = connection.database ?? "";
  await client.query("drop role if exists interlock_test_control");
  await client.query("create role interlock_test_control login");
  try {
    await client.query(`alter database ${name} owner to interlock_test_control`);
    await migrateControl({ connection: { ...connection, user: "interlock_test_control" }, log });
    const own = new Client({ ...connection, user: "interlock_test_control" });
    await own.connect();
    expect((await own.query("select * from interlock_control.environments")).rows).toEqual([]);
    await own.end();
  } finally {
    await client.query(`alter database ${name} owner to current_user`);
    await client.query("reassign owned by interlock_test_control to current_user");
    await client.query("drop owned by interlock_test_control");
    await client.query("drop role interlock_test_control");
  }
});
