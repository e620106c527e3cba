import { describe, expect, test } from "vitest";
import type { Plan } from "../plan/plan.ts";
import { claimsOf } from "./claims.ts";
import { CollectedEvents } from "./collected-events.ts";
import { createPayments, paidStatusPlan, type ExampleTable } from "./example-change.ts";
import { resumeChange } from "./resume-change.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { shipStatus } from "./ship-status.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();

const table = (name: string): ExampleTable => ({ schema: "public", name, key: ["id"] });
const planFor = (name: string, facts: Partial<Plan> = {}): Plan => ({
  ...paidStatusPlan({ table: table(name), id: `chg-${name}` }),
  ...facts,
});
const create = (name: string, rows = 5): Promise<void> =>
  createPayments(database.client, { table: table(name), rows });

describe("several changes in one database", () => {
  test("go beside each other where they share nothing, each by its id, and each ends as if alone", async () => {
    const { connection } = database;
    await create("orders");
    await create("refunds");
    await shipChange({ plan: planFor("orders"), connection, to: "migrate" });
    const events = new CollectedEvents();
    expect(
      await shipChange({ plan: planFor("refunds"), connection, to: "migrate", on: events.on }),
    ).toMatchObject({ state: "ready" });
    expect(events.of("beside")).toMatchObject([
      { changes: [{ change: "chg-orders", state: "ready", notProvedWith: [] }] },
    ]);
    for (const command of [resumeChange, rollbackChange]) {
      await expect(command({ connection })).rejects.toMatchObject({
        code: "several-changes-open",
        why: "chg-orders (ready): 0002_status.sql\nchg-refunds (ready): 0002_status.sql",
      });
      await expect(command({ connection, change: "chg-none" })).rejects.toMatchObject({
        code: "change-not-open",
      });
    }
    const { open, next } = await shipStatus({ connection });
    expect(open.map(({ id, next: own }) => [id, own])).toEqual(
      ["chg-orders", "chg-refunds"].map((id) => [
        id,
        `Run \`interlock resume --change ${id} --to contract\` to finish it, or \`interlock rollback --change ${id}\` to take it back.`,
      ]),
    );
    expect(next).toBe("2 changes are unfinished: say which one with --change.");
    expect(await rollbackChange({ connection, change: "chg-refunds" })).toMatchObject({
      state: "rolled-back",
    });
    // One that is left needs no name.
    expect(await resumeChange({ connection, to: "contract" })).toMatchObject({
      change: "chg-orders",
      state: "done",
    });
    expect(await columns("orders")).toEqual(["id", "note", "status"]);
    expect(await columns("refunds")).toEqual(["id", "is_paid", "is_refunded", "note"]);
    expect(await database.rows("select from interlock.claims")).toEqual([]);
  });

  test("one that works on the same is refused, and told what and which", async () => {
    const { connection } = database;
    await create("orders");
    await create("refunds");
    await shipChange({ plan: planFor("orders"), connection, to: "expand" });
    const plan = planFor("refunds");
    plan.phases.contract.push({
      kind: "ddl",
      id: "contract-9",
      title: "a foreign key",
      relations: [],
      lock: "ShareRowExclusiveLock",
      undo: null,
      statements: ["alter table refunds add foreign key (id) references orders (id)"],
    });
    await expect(shipChange({ plan, connection })).rejects.toMatchObject({
      code: "relations-in-change",
      message: "Change chg-orders is unfinished in this database and works on the same: orders.",
      state:
        "Of change chg-orders: Expanded: the old version works, the new one does not yet. Nothing was changed by this one.",
    });
    expect((await shipStatus({ connection })).open).toHaveLength(1);
    await rollbackChange({ connection });
    expect(await shipChange({ plan, connection, to: "expand" })).toMatchObject({ state: "expanded" });
  });

  test("a change of the time when there was one at a time has everything to itself", async () => {
    const { connection, client } = database;
    await create("orders");
    await create("refunds");
    await shipChange({ plan: planFor("orders"), connection, to: "expand" });
    // As the journal's own migration leaves it.
    await client.query("update interlock.claims set object = '*' where object like '%orders'");
    await expect(shipChange({ plan: planFor("refunds"), connection })).rejects.toMatchObject({
      code: "relations-in-change",
    });
  });

  test("a version that may be live because of one change must have been proved with the other", async () => {
    const { connection } = database;
    await create("orders");
    await create("refunds");
    await shipChange({ plan: planFor("orders"), connection, to: "migrate" });
    const later = { old: ["payments@2.3.0"], new: ["payments@2.4.0"] };
    await expect(shipChange({ plan: planFor("refunds", later), connection })).rejects.toMatchObject({
      code: "versions-not-proved",
      message:
        "payments@2.2.0 may be live while change chg-orders is open, and this plan was not proved with it.",
    });
    const plan = planFor("refunds", { ...later, old: ["payments@2.2.0", "payments@2.3.0"] });
    const events = new CollectedEvents();
    await shipChange({ plan, connection, to: "migrate", on: events.on });
    expect(events.of("beside")[0]?.changes[0]?.notProvedWith).toEqual(["payments@2.4.0"]);
    // Both old versions have to go before the second contracts; the newest keeps the first from going back.
    const middle = await database.session("payments@2.3.0");
    const options = { connection, versionsWaitMs: 0 };
    await expect(resumeChange({ ...options, change: "chg-refunds", to: "contract" })).rejects.toMatchObject({
      code: "old-version-live",
      why: expect.stringContaining("payments@2.3.0") as unknown,
    });
    await middle.end();
    const newest = await database.session("payments@2.4.0");
    await expect(rollbackChange({ ...options, change: "chg-orders" })).rejects.toMatchObject({
      code: "new-version-live",
      why: expect.stringContaining("payments@2.4.0") as unknown,
    });
    await expect(resumeChange({ ...options, change: "chg-orders", to: "contract" })).rejects.toMatchObject({
      code: "unproved-version-live",
    });
    await newest.end();
    expect(await resumeChange({ ...options, change: "chg-orders", to: "contract" })).toMatchObject({
      state: "done",
    });
    expect(await resumeChange({ ...options, to: "contract" })).toMatchObject({ state: "done" });
  });

  test("changes of services that know nothing of each other need no common proof", async () => {
    const { connection } = database;
    await create("orders");
    await create("refunds");
    await shipChange({ plan: planFor("orders"), connection, to: "migrate" });
    const plan = planFor("refunds", { old: ["ledger@3"], new: ["ledger@4"] });
    const payments = await database.session("payments@2.2.0");
    expect(await shipChange({ plan, connection, versionsWaitMs: 0 })).toMatchObject({ state: "done" });
    await payments.end();
  });
});

test("claims: everything that the steps name, with what hangs on it", async () => {
  const { client } = database;
  await client.query(`
    create type mood as enum ('good'); create schema other; create function touch() returns trigger language plpgsql as 'begin return new; end';
    create function worth(bigint) returns bigint language sql as 'select 1::bigint';
    create table days (at date, mood mood) partition by range (at); create table days_1 partition of days for values from ('2026-01-01') to ('2027-01-01');
    create table "Odd ""one" (id bigint primary key, at timestamptz); create index odd_at on "Odd ""one" (at);
    create table read_by_body (id bigint); create table other.t (id bigint);
    create trigger touched before update on days_1 for each row execute function touch()`);
  const plan = planFor("payments", {
    phases: {
      expand: [
        ddl(
          `create function interlock.sync() returns trigger language plpgsql as 'begin if new.x is distinct from old.x then new.y := (select extract(epoch from new.at) from read_by_body); end if; end'`,
          "alter table days_1 add column x mood default 'good'",
          "create table fresh (id bigint references other.t, n bigint default worth(3))",
        ),
        { ...ddl("alter type mood add value 'bad'"), undo: ["drop function if exists public.worth(bigint)"] },
      ],
      migrate: [],
      contract: [ddl("drop index odd_at", "drop trigger touched on days_1", "select now(), 1::text")],
    },
  });
  const claims = await claimsOf(client, plan);
  expect(claims.map(({ object, isExclusive }) => `${object}${isExclusive ? "" : " (shared)"}`)).toEqual(
    [
      "function public.touch (shared)",
      "function public.worth",
      'relation public.Odd "one',
      "relation public.days",
      "relation public.days_1",
      "relation public.fresh",
      "relation public.read_by_body",
      "relation other.t",
      "type public.mood",
    ].toSorted(),
  );
});

function ddl(...statements: string[]): Plan["phases"]["expand"][number] {
  return {
    kind: "ddl",
    id: statements.join(),
    title: "",
    relations: [],
    lock: "AccessShareLock",
    undo: null,
    statements,
  };
}

/** Names of a table's columns, sorted. */
async function columns(name: string): Promise<string[]> {
  const rows = await database.rows<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = '${name}'::regclass and attnum > 0 and not attisdropped order by 1`,
  );
  return rows.map((row) => row.name);
}
