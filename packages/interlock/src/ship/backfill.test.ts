import { describe, expect, test } from "vitest";
import { sleep } from "../std/sleep.ts";
import { quoteIdentifier, quoteQualified } from "../sql/quote.ts";
import type { BackfillStep, Plan } from "../plan/plan.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan, statusOfRow, type ExampleTable } from "./example-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const long = `Zahlung"${"ü".repeat(28)}`;

const tables: [string, ExampleTable][] = [
  ["a plain key", { schema: "public", name: "payments", key: ["id"] }],
  ["a composite key", { schema: "public", name: "payments", key: ["Kunde", "id"] }],
  ["no key", { schema: "public", name: "payments", key: [] }],
  [
    "quoted names of 63 bytes in another schema",
    { schema: "Geld & mehr", name: long, key: ["id", "select"] },
  ],
];

describe("backfill", () => {
  test.each(tables)("fills every row of a table with %s", async (_, table) => {
    const { connection, client } = database;
    await createPayments(client, { table, rows: 4_321 });
    const result = await shipChange({ plan: paidStatusPlan({ table }), connection, to: "migrate" });
    expect(result).toMatchObject({ state: "ready", rowsFilled: 4_321 });
    const name = quoteQualified(table.schema, table.name);
    expect(await database.rows(`select from ${name} where status is distinct from (${statusOfRow})`)).toEqual(
      [],
    );
    expect(await shipChange({ plan: paidStatusPlan({ table }), connection })).toMatchObject({
      state: "done",
    });
  });

  test("goes through partitions, with a key and without", async () => {
    const { connection, client } = database;
    for (const key of [["id"], []]) {
      const name = key.length === 0 ? "keyless" : "keyed";
      const table = { schema: "public", name, key };
      await client.query(
        `create table ${name} (id bigint not null${key.length === 0 ? "" : " primary key"}, is_paid boolean not null default false,
           is_refunded boolean not null default false) partition by range (id);
         create table ${name}_low partition of ${name} for values from (0) to (1000);
         create table ${name}_high partition of ${name} for values from (1000) to (100000) partition by hash (id);
         create table ${name}_high_0 partition of ${name}_high for values with (modulus 2, remainder 0);
         create table ${name}_high_1 partition of ${name}_high for values with (modulus 2, remainder 1);
         insert into ${name} select i, i % 2 = 0, i % 6 = 0 from generate_series(1, 3000) as i`,
      );
      const plan = paidStatusPlan({ table, id: `chg-${name}` });
      // PostgreSQL makes no index on a partitioned table CONCURRENTLY.
      plan.phases.migrate = plan.phases.migrate.filter(({ kind }) => kind !== "index");
      expect(await shipChange({ plan, connection })).toMatchObject({ state: "done", rowsFilled: 3_000 });
      expect(
        await database.rows(`select status, count(*)::integer as n from ${name} group by 1 order by 1`),
      ).toEqual([
        { status: "created", n: 1_500 },
        { status: "paid", n: 1_000 },
        { status: "refunded", n: 500 },
      ]);
    }
  });

  test("ends although rows keep coming, and although rows move behind its back", async () => {
    const { connection, client } = database;
    const table: ExampleTable = { schema: "public", name: "payments", key: [] };
    await createPayments(client, { table, rows: 20_000 });
    const writer = await database.session("payments@2.2.0");
    const stop = new AbortController();
    const writing = (async () => {
      for (let id = 30_000; !stop.signal.aborted; id += 10) {
        await writer.query(
          `insert into payments (id, is_paid) select i, true from generate_series($1::integer, $1::integer + 9) i`,
          [id],
        );
        // A row written anew moves to another place in the table.
        await writer.query("update payments set note = repeat('x', 500) where id % 977 = $1::integer", [
          id % 977,
        ]);
      }
    })();
    const result = await shipChange({ plan: paidStatusPlan({ table }), connection, to: "migrate" }).finally(
      () => {
        stop.abort();
      },
    );
    await writing;
    expect(result).toMatchObject({ state: "ready" });
    expect(
      await database.rows(`select from payments where status is distinct from (${statusOfRow})`),
    ).toEqual([]);
  });

  test("waits for a row that somebody else holds, without keeping other rows", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 400 });
    const holder = await database.session("payments@2.2.0");
    await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
    await holder.query("begin; update payments set is_paid = true where id = 100");
    const events = new CollectedEvents();
    const shipping = shipChange({
      plan: paidStatusPlan(),
      connection,
      to: "migrate",
      lockBudgetMs: 50,
      on: events.on,
    });
    // On a busy machine it says first that answers are slow.
    while (!events.of("backfill-throttled").some(({ reason }) => reason === "lock-timeout")) await sleep(5);
    await holder.query("commit");
    expect(await shipping).toMatchObject({ state: "ready" });
    expect(await database.rows("select status from payments where id = 100")).toEqual([{ status: "paid" }]);
  });

  test("an expression that PostgreSQL refuses is named, and what was filled stays noted", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 2_000 });
    const plan = paidStatusPlan();
    const step = backfillOf(plan);
    step.set = [{ column: "status", expression: "(1 / (id - 1500))::text" }];
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({
      code: "step-failed",
      why: expect.stringContaining("22012") as unknown,
    });
    const [noted] = await database.rows<{ rows_filled: string }>(
      "select sum(rows_filled) as rows_filled from interlock.ranges",
    );
    const [filled] = await database.rows<{ count: string }>(
      "select count(*) from payments where status is not null",
    );
    expect(noted?.rows_filled).toBe(filled?.count);
  });

  test("what depends on what it sets is done to each row once, also where the condition goes on holding", async () => {
    const { connection, client } = database;
    await client.query(`create table accounts (owner text collate "C", id integer, cents bigint not null, note text, primary key (owner, id));
      insert into accounts select 'o' || i % 13, i, i from generate_series(1, 5000) as i`);
    const plan: Plan = { ...paidStatusPlan(), phases: { expand: [], migrate: [], contract: [] } };
    const step: BackfillStep = {
      ...backfillOf(paidStatusPlan()),
      id: "contract-1",
      relation: { schema: "public", name: "accounts" },
      key: ["owner", "id"],
      set: [{ column: "cents", expression: "cents * 100" }],
      where: "cents > 2",
    };
    // As an earlier version wrote it, without saying so.
    plan.phases.contract.push(step, { ...step, id: "contract-2", once: true });
    expect(await shipChange({ plan, connection })).toMatchObject({ state: "done", rowsFilled: 9_996 });
    expect(
      await database.rows("select count(*)::integer as n from accounts where cents = id * 10000 or id <= 2"),
    ).toEqual([{ n: 5_000 }]);
  });

  test("tells how far it is, and ends at the whole", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 3_000 });
    await client.query("analyze payments");
    const events = new CollectedEvents();
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate", on: events.on });
    const progress = events.of("backfill-progress");
    expect(progress.at(-1)).toMatchObject({
      rowsSeen: 3_000,
      rowsFilled: 3_000,
      rowsTotal: 3_000,
      remainingMs: 0,
    });
    expect(progress.at(-1)?.rowsPerSecond).toBeGreaterThan(0);
  });

  test("a user's own columns that are named like the batch's do no harm", async () => {
    const { connection, client } = database;
    await client.query("create table payments (k1 bigint primary key, seen boolean, n integer, status text)");
    await client.query("insert into payments (k1, n) select i, i from generate_series(1, 700) as i");
    const plan: Plan = { ...paidStatusPlan(), phases: { expand: [], migrate: [], contract: [] } };
    plan.phases.migrate.push({
      ...backfillOf(paidStatusPlan()),
      key: ["k1"],
      set: [{ column: "status", expression: `n::text || ${quoteIdentifier("k1")}::text` }],
    });
    expect(await shipChange({ plan, connection })).toMatchObject({ state: "done", rowsFilled: 700 });
    expect(
      await database.rows("select from payments where status is distinct from n::text || k1::text"),
    ).toEqual([]);
  });
});

function backfillOf(plan: Plan): BackfillStep {
  const step = plan.phases.migrate.find(({ kind }) => kind === "backfill");
  if (step?.kind !== "backfill") throw new Error("the example has a backfill");
  return step;
}
