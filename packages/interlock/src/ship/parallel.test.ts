import { expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { paidStatusPlan } from "./example-change.ts";
import { beginRanges, rangeTakenSqlstate, readRanges, stillOursSql, takeUpRanges } from "./ranges-journal.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const plan: Plan = {
  ...paidStatusPlan(),
  phases: {
    expand: [],
    migrate: [
      {
        kind: "backfill",
        id: "migrate-1",
        title: "note who filled it",
        relations: [{ schema: "public", name: "events" }],
        lock: "RowExclusiveLock",
        undo: null,
        relation: { schema: "public", name: "events" },
        key: ["id"],
        // Slow enough for others to come to help, once nobody is thought to be at work any more.
        set: [
          { column: "filler", expression: "pg_backend_pid() + coalesce(length(pg_sleep(0.002)::text), 0)" },
        ],
        where: "filler is null",
      },
    ],
    contract: [],
  },
};

test("several sessions fill a table's ranges where nobody else is at work, each row once", async () => {
  await database.client.query(
    `create table events (id integer primary key, filler integer) partition by hash (id);
     ${[0, 1, 2, 3].map((at) => `create table events_${String(at)} partition of events for values with (modulus 4, remainder ${String(at)});`).join("")}
     insert into events select i from generate_series(1, 2400) as i`,
  );
  const result = await shipChange({ plan, connection: database.connection, backfill: { jobs: 3 } });
  expect(result).toMatchObject({ state: "done", rowsFilled: 2_400 });
  const [row] = await database.rows<{ left: string; fillers: number }>(
    "select count(*) filter (where filler is null) as left, count(distinct filler)::integer as fillers from events",
  );
  expect(row?.left).toBe("0");
  expect(row?.fillers).toBeGreaterThan(1);
});

test("a worker whose range another executor has taken up commits nothing", async () => {
  const { client, connection } = database;
  await client.query("create table events (id integer primary key, filler integer)");
  await shipChange({ plan, connection });
  const place = { number: "1", ordinal: 1 };
  await beginRanges(client, {
    ...place,
    pass: 2,
    parts: [{ by: "block", relation: { schema: "public", name: "events" }, blocks: 0 }],
  });
  const takenUp = await takeUpRanges(client, place);
  const batch = (): Promise<unknown> =>
    client.query(
      `begin; insert into events values (${String(takenUp)}); ${stillOursSql({ ...place, pass: 2, range: 1, takenUp })}; commit`,
    );
  await batch();
  await takeUpRanges(client, place);
  await client.query("delete from events");
  await expect(batch()).rejects.toMatchObject({ code: rangeTakenSqlstate });
  await client.query("rollback");
  expect(await database.rows("select from events")).toEqual([]);
  expect(await readRanges(client, place)).toHaveLength(2);
});
