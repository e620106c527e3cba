import * as fc from "fast-check";
import type { Client } from "pg";
import { describe, expect, test } from "vitest";
import { createPayments, paidStatusPlan, statusOfRow } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import type { ShipEvent } from "./ship-event.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

type Status = "created" | "paid" | "refunded";
interface Write {
  by: "old" | "new";
  kind: "insert" | "update";
  id: number;
  status: Status;
}

const write = fc.record<Write>({
  by: fc.constantFrom("old", "new"),
  kind: fc.constantFrom("insert", "update"),
  id: fc.integer({ min: 1, max: 12 }),
  status: fc.constantFrom<Status[]>("created", "paid", "refunded"),
});

/** What a version sends: the old one knows only the booleans, the new one only the status. */
async function send(client: Client, { by, kind, id, status }: Write): Promise<void> {
  const paid = status !== "created";
  const refunded = status === "refunded";
  if (kind === "insert") {
    await (by === "old"
      ? client.query(
          "insert into payments (id, is_paid, is_refunded) values ($1, $2, $3) on conflict do nothing",
          [id, paid, refunded],
        )
      : client.query("insert into payments (id, status) values ($1, $2) on conflict do nothing", [
          id,
          status,
        ]));
  } else {
    await (by === "old"
      ? client.query("update payments set is_paid = $2, is_refunded = $3 where id = $1", [id, paid, refunded])
      : client.query("update payments set status = $2 where id = $1", [id, status]));
  }
}

/** What a single history would have left. */
function replay(rows: Map<number, Status>, { kind, id, status }: Write): void {
  if (kind === "insert" ? !rows.has(id) : rows.has(id)) rows.set(id, status);
}

describe("rolling back", () => {
  test("the old version misses nothing that either wrote, whatever the order", async () => {
    const { connection, client } = database;
    await fc.assert(
      fc.asyncProperty(
        fc.array(write, { maxLength: 12 }),
        fc.array(write, { maxLength: 12 }),
        async (before, during) => {
          await client.query("drop schema if exists interlock cascade; drop table if exists payments");
          await createPayments(client, { rows: 6 });
          const expected = new Map<number, Status>();
          for (let id = 1; id <= 6; id += 1) {
            expected.set(id, id % 6 === 0 ? "refunded" : id % 2 === 0 ? "paid" : "created");
          }
          for (const [writes, by] of [
            [before, "old"],
            [during, undefined],
          ] as const) {
            if (by === undefined) await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
            else await shipChange({ plan: paidStatusPlan(), connection, to: "expand" });
            for (const each of writes) {
              const sent = { ...each, by: by ?? each.by };
              await send(client, sent);
              replay(expected, sent);
            }
          }
          expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
          const rows = await database.rows<{ id: string; status: Status }>(
            `select id, ${statusOfRow} as status from payments order by id`,
          );
          expect(new Map(rows.map(({ id, status }) => [Number(id), status]))).toEqual(
            new Map([...expected].toSorted(([one], [other]) => one - other)),
          );
        },
      ),
      { numRuns: 8 },
    );
  });

  test("leaves the catalog as it was, and the change can be shipped anew", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 50 });
    const before = await describeCatalog();
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    expect(await describeCatalog()).not.toEqual(before);
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back", steps: 7 });
    expect(await describeCatalog()).toEqual(before);
    expect((await shipStatus({ connection })).next).toBe("Nothing is left to do.");
    expect(await shipChange({ plan: paidStatusPlan(), connection })).toMatchObject({
      state: "done",
      steps: 8,
    });
  });

  test("past the contract phase there is no way back", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const plan = paidStatusPlan();
    plan.phases.contract.push({
      kind: "ddl",
      id: "contract-2",
      title: "fails",
      relations: [],
      lock: "AccessShareLock",
      undo: null,
      statements: ["select 1 / 0"],
    });
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({ code: "step-failed" });
    await expect(rollbackChange({ connection })).rejects.toMatchObject({
      code: "past-the-point-of-no-return",
      state: expect.stringContaining("The contract phase is under way") as unknown,
    });
    expect(await resumeChange({ connection, to: "migrate" })).toMatchObject({
      state: "contracting",
      steps: 0,
    });
    expect((await shipStatus({ connection })).change).toMatchObject({ state: "contracting" });
  });

  test("out of contract there is a way back until something is done that nothing takes back", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const before = await describeCatalog();
    const plan = paidStatusPlan();
    const table = { schema: "public", name: "payments" };
    plan.phases.contract.unshift({
      kind: "ddl",
      id: "contract-0",
      title: "check for new rows",
      relations: [table],
      lock: "AccessExclusiveLock",
      undo: ["alter table payments drop constraint known"],
      statements: ["alter table payments add constraint known check (status <> 'odd') not valid"],
    });
    const stop = new AbortController();
    const on = (event: ShipEvent): void => {
      if (event.type === "step-ended" && event.step === "contract-0") stop.abort();
    };
    await expect(shipChange({ plan, connection, on, signal: stop.signal })).rejects.toMatchObject({
      code: "interrupted",
    });
    expect((await shipStatus({ connection })).change).toMatchObject({ state: "contracting" });
    await client.query("update payments set status = 'paid' where id = 1");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await describeCatalog()).toEqual(before);
    expect(await database.rows("select is_paid from payments where id = 1")).toEqual([{ is_paid: true }]);
  });

  test("of a new version that is live it is refused, says who, and goes on when forced, with the reason kept", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    const young = await database.session("payments@2.3.0");
    await young.query("update payments set status = 'paid' where id = 1");
    await expect(rollbackChange({ connection, versionsWaitMs: 0 })).rejects.toMatchObject({
      code: "new-version-live",
      why: expect.stringMatching(/^payments@2\.3\.0 \(1 session since .*, process \d+\)$/) as unknown,
      state: "Expanded and migrated: the old and the new version both work.",
    });
    const force = { reason: "it is drained" };
    expect(await rollbackChange({ connection, versionsWaitMs: 0, force })).toMatchObject({
      state: "rolled-back",
    });
    expect(await database.rows("select is_paid from payments where id = 1")).toEqual([{ is_paid: true }]);
    expect(await database.rows("select detail from interlock.decisions where decision = 'force'")).toEqual([
      { detail: force },
    ]);
  });

  test("from the middle of a backfill nothing is left of it", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 3_000 });
    const before = await describeCatalog();
    const rows = await database.rows("select * from payments order by id");
    const stop = new AbortController();
    const on = (event: ShipEvent): void => {
      if (event.type === "backfill-progress") stop.abort();
    };
    await expect(
      shipChange({ plan: paidStatusPlan(), connection, to: "migrate", on, signal: stop.signal }),
    ).rejects.toMatchObject({ code: "interrupted" });
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await describeCatalog()).toEqual(before);
    expect(await database.rows("select * from payments order by id")).toEqual(rows);
  });

  test("a rollback that was begun is finished by resume, and nothing goes forward meanwhile", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    const before = await describeCatalog();
    await shipChange({ plan: paidStatusPlan(), connection, to: "migrate" });
    const stop = new AbortController();
    await expect(
      rollbackChange({
        connection,
        signal: stop.signal,
        on: ({ type }) => {
          if (type === "step-undone") stop.abort();
        },
      }),
    ).rejects.toMatchObject({ code: "interrupted" });
    await expect(shipChange({ plan: paidStatusPlan(), connection })).rejects.toMatchObject({
      code: "being-rolled-back",
    });
    expect(await resumeChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await describeCatalog()).toEqual(before);
  });

  test("without an unfinished change there is nothing to take back", async () => {
    const { connection, client } = database;
    await createPayments(client, { rows: 5 });
    await expect(rollbackChange({ connection })).rejects.toMatchObject({ code: "nothing-to-roll-back" });
    await shipChange({ plan: paidStatusPlan(), connection });
    await expect(rollbackChange({ connection })).rejects.toMatchObject({
      code: "nothing-to-roll-back",
      why: expect.stringContaining("chg-paid-status") as unknown,
    });
  });
});

/** Everything about the user's relations that a change could leave behind. */
async function describeCatalog(): Promise<unknown> {
  return database.rows(
    `select c.relname, c.relkind, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
            pg_get_expr(d.adbin, d.adrelid) as value,
            array(select pg_get_constraintdef(o.oid) from pg_constraint o where o.conrelid = c.oid order by 1) as constraints,
            array(select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal order by 1) as triggers
       from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
       join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
       left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      order by c.relname, a.attname`,
  );
}
