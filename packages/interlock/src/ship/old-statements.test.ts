import { Client, type ClientConfig } from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { openTestServer, type TestServer } from "../workload/test-server.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";

let server: TestServer;
let client: Client;
let connection: ClientConfig;

beforeAll(async () => {
  server = await openTestServer({ shared_preload_libraries: "pg_stat_statements" });
  await server.run(
    "create role app login password 'a' superuser; create role silent login password 's' superuser",
  );
});
afterAll(() => server.close());

beforeEach(async () => {
  await server.run("drop database if exists shop with (force)");
  await server.run("create database shop");
  const url = new URL(server.url);
  url.pathname = "/shop";
  connection = { connectionString: url.href };
  client = new Client(connection);
  await client.connect();
  await createPayments(client, { rows: 5 });
  await client.query("create extension pg_stat_statements; select pg_stat_statements_reset()");
  return () => client.end();
});

/** Runs a statement as somebody, in a session that is gone afterwards. */
async function send(sql: string, { role = "app", name = "" } = {}): Promise<void> {
  const url = new URL(connection.connectionString ?? "");
  url.username = role;
  url.password = role.slice(0, 1);
  const session = new Client({ connectionString: url.href, application_name: name });
  await session.connect();
  try {
    await session.query(sql);
  } finally {
    await session.end();
  }
}

const table = { schema: "public", name: "payments" };

function plan(): Plan {
  return {
    ...paidStatusPlan(),
    evidence: {
      gone: [
        { table, column: "is_paid" },
        { table, column: "is_refunded" },
      ],
      retired: [
        {
          version: "payments@2.2.0",
          statement: "add",
          sql: "insert into payments (id, note) values ($1, $2)",
          sqlstate: "23502",
        },
      ],
      kept: [
        "select count(payments.id) from payments, (select true as is_paid) as flags where flags.is_paid",
      ],
    },
  };
}

const grounds = async (): Promise<string[]> => {
  const { rows } = await client.query<{ said: string[] }>(
    "select array(select jsonb_array_elements_text(detail -> 'said')) as said from interlock.decisions where decision = 'contract'",
  );
  return rows.flatMap(({ said }) => said);
};

describe("statements that contract would break", () => {
  test("a database where none ever ran is contracted at once, and what it went by is kept", async () => {
    await send("select status_is_not_asked_for.id from payments as status_is_not_asked_for");
    await send(
      "select count(payments.id) from payments, (select true as is_paid) as flags where flags.is_paid",
    );
    expect(await shipChange({ plan: plan(), connection, versionsWaitMs: 0, quietMs: 60_000 })).toMatchObject({
      state: "done",
    });
    expect(await grounds()).toEqual([
      "Sessions: none of payments@2.2.0 (application_name).",
      expect.stringMatching(
        /^Statements: pg_stat_statements has none that contract would break, since \d{4}-/,
      ),
      "Releases: no server was asked whether the new version is fully released.",
    ]);
    expect((await shipStatus({ connection })).change?.contractGrounds).toHaveLength(3);
  });

  test("one of the old version that has run since expand holds it up, by its name and its role", async () => {
    await shipChange({ plan: plan(), connection, to: "migrate" });
    await send("insert into payments (id, note) values (77, 'x')");
    const refused = await resumeChange({
      connection,
      to: "contract",
      versionsWaitMs: 0,
      quietMs: 60_000,
    }).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: "old-statements-run",
      why: expect.stringMatching(
        /^payments@2\.2\.0#add, which contract breaks \(23502\), was called between two looks, .*; role app: insert into payments \(id, note\) values \(\$1, \$2\)$/,
      ) as unknown,
      state: "Expanded and migrated: the old and the new version both work.",
    });
    const { change } = await shipStatus({ connection });
    expect(change?.contractWaits).toMatchObject([{ kind: "statement", who: "payments@2.2.0#add" }]);
    // Quiet is what has passed since, and what was read before counts.
    expect(await resumeChange({ connection, to: "contract", versionsWaitMs: 0, quietMs: 1 })).toMatchObject({
      state: "done",
    });
  });

  test("one that no workload has and that names what goes holds it up, by whom and what", async () => {
    await shipChange({ plan: plan(), connection, to: "migrate" });
    await send("select count(*) from payments where is_paid", { role: "silent" });
    const shipping = shipChange({ plan: plan(), connection, quietMs: 60_000, versionsWaitMs: 0 });
    await expect(shipping).rejects.toMatchObject({
      code: "old-statements-run",
      why: expect.stringContaining(
        "an unknown statement of role silent that names payments.is_paid was called between two looks",
      ) as unknown,
    });
  });

  test("a reset of the statistics hides nothing that ran since", async () => {
    await shipChange({ plan: plan(), connection, to: "migrate" });
    await client.query("select pg_stat_statements_reset()");
    await send("select is_paid from payments");
    await expect(
      resumeChange({ connection, to: "contract", versionsWaitMs: 0, quietMs: 60_000 }),
    ).rejects.toMatchObject({ code: "old-statements-run" });
  });

  test("one before the first look is waited for until it has been quiet, when it is shipped in one go", async () => {
    await send("select is_paid from payments");
    const events = new CollectedEvents();
    expect(await shipChange({ plan: plan(), connection, quietMs: 400, on: events.on })).toMatchObject({
      state: "done",
    });
    expect(events.of("contract-waits")[0]?.waits).toMatchObject([
      { what: expect.stringContaining("is in the statistics, which are watched since") as unknown },
    ]);
  });

  test("--force goes on, and what was ignored is kept", async () => {
    await shipChange({ plan: plan(), connection, to: "migrate" });
    await send("select is_paid from payments");
    const force = { reason: "a report that may fail" };
    expect(
      await resumeChange({ connection, to: "contract", versionsWaitMs: 0, quietMs: 60_000, force }),
    ).toMatchObject({ state: "done" });
    const { rows } = await client.query(
      "select detail -> 'ignored' -> 0 ->> 'who' as who from interlock.decisions where decision = 'contract'",
    );
    expect(rows).toEqual([{ who: "app" }]);
  });

  test("where the role may not see the texts, it says that it could not", async () => {
    await client.query("drop extension pg_stat_statements");
    expect(await shipChange({ plan: plan(), connection, versionsWaitMs: 0 })).toMatchObject({
      state: "done",
    });
    expect(await grounds()).toContainEqual(
      "Statements: not looked at. The extension is not created in this database.",
    );
  });
});
