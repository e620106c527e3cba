import type { Client } from "pg";
import { describe, expect, test, vi } from "vitest";
import { describeCatalog } from "../catalog/describe.ts";
import type { Plan } from "../plan/plan.ts";
import { planTestChange } from "../plan/testing-change.ts";
import { CollectedEvents } from "./collected-events.ts";
import { rollbackChange } from "./rollback-change.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

// What expand takes away a rollback brings back, and it reads the tables for it before it keeps anybody out.

const database = useDatabase();

/** Its check waits where the executor reads the rows under a lock that stops other executors, as long as lock 7 is held. */
const before = `
create function patient(integer) returns boolean language plpgsql as $$ begin
  if exists (
    select from pg_locks where pid = pg_backend_pid() and relation = to_regclass('public.payments')
      and mode in ('ShareUpdateExclusiveLock', 'AccessExclusiveLock')
  ) and current_setting('application_name') = 'interlock' then
    perform pg_advisory_xact_lock_shared(7);
  end if;
  return true;
end $$;
create table merchants (id integer primary key);
insert into merchants values (1), (2);
create table payments (
  id integer primary key,
  merchant integer not null,
  reference text not null,
  amount integer not null,
  constraint payments_patient check (patient(amount)),
  constraint payments_amount check (amount >= 0),
  constraint payments_merchant foreign key (merchant) references merchants (id) on delete cascade,
  constraint payments_reference unique (reference) deferrable initially deferred
);
insert into payments select i, 1 + i % 2, 'r' || i, i from generate_series(1, 50) as i;
comment on constraint payments_amount on payments is 'never owed';
create table notes (id integer primary key, body text);`;

/** What keeps the change open until contract. */
const besides = "; alter table notes drop column body";

const writes = ["insert into payments (id, merchant, reference, amount) values ($1, $2, $3, $4)"];

async function planOf(migration: string): Promise<Plan> {
  const { plan } = await planTestChange(database.shadow, {
    before,
    migration: migration + besides,
    old: writes,
    new: writes,
  });
  return plan;
}

const catalogOf = async (client: Client): Promise<string[]> =>
  [...(await describeCatalog(client))].map(String).toSorted();

async function expanded(migration: string): Promise<string[]> {
  const { connection, client } = database;
  await client.query(before);
  const was = await catalogOf(client);
  await shipChange({ plan: await planOf(migration), connection, to: "expand", acceptLoss: true });
  expect(await catalogOf(client)).not.toEqual(was);
  return was;
}

describe("what a rollback brings back", () => {
  test.each([
    ["a mandatory column", "alter table payments alter column merchant drop not null"],
    ["a check", "alter table payments drop constraint payments_amount"],
    [
      "a check that another one takes the place of",
      "alter table payments drop constraint payments_amount, add constraint payments_amount check (amount >= -1)",
    ],
    ["a foreign key", "alter table payments drop constraint payments_merchant"],
    ["a unique constraint", "alter table payments drop constraint payments_reference"],
  ])("%s is as it was", async (_, migration) => {
    const was = await expanded(migration);
    expect(await rollbackChange({ connection: database.connection })).toMatchObject({ state: "rolled-back" });
    expect(await catalogOf(database.client)).toEqual(was);
  });

  test("SET NOT NULL takes the constraint that was validated before as proof, and reads nothing", async () => {
    const { client } = database;
    await client.query(before);
    const plan = await planOf("alter table payments alter column merchant drop not null");
    const [step] = plan.phases.expand;
    if (step?.kind !== "ddl") throw new Error("the first step changes the column");
    const said: string[] = [];
    client.on("notice", ({ message }) => said.push(message ?? ""));
    for (const sql of step.statements) await client.query(sql);
    for (const { add, validate } of step.undoProofs ?? []) {
      await client.query(add);
      await client.query(validate);
    }
    await client.query("set client_min_messages = debug1");
    for (const sql of step.undo ?? []) await client.query(sql);
    expect(said.join("\n")).toContain("sufficient to prove that it does not contain nulls");
  });

  test("rows are read while live statements go on, and killed there it is finished by another one", async () => {
    const { connection, client } = database;
    const was = await expanded("alter table payments drop constraint payments_patient");
    const holder = await database.session();
    await holder.query("select pg_advisory_lock(7)");
    const live = await database.session("app@1");
    await live.query("set lock_timeout = '1ms'");
    const reading = async (): Promise<number | undefined> => {
      const { rows } = await client.query<{ pid: number }>(
        "select pid from pg_locks where locktype = 'advisory' and objid = 7 and not granted and classid = 0",
      );
      return rows[0]?.pid;
    };
    const events = new CollectedEvents();
    const first = rollbackChange({ connection, on: events.on });
    await vi.waitUntil(reading, { timeout: 60_000 });
    // Nobody waits for the executor, which waits for us.
    await live.query("select * from payments where id = 1");
    await live.query("delete from payments where id = 50");
    await live.query("insert into payments values (50, 1, 'r50', 50)");
    await client.query("select pg_terminate_backend($1::integer)", [await reading()]);
    await events.first("connection-lost");
    await vi.waitUntil(reading, { timeout: 60_000 });
    await holder.query("select pg_advisory_unlock(7)");
    expect(await first).toMatchObject({ state: "rolled-back" });
    expect(await catalogOf(client)).toEqual(was);
  });

  test("rows that came meanwhile and offend are told before anything is undone, and when they are gone it goes on", async () => {
    const { connection, client } = database;
    const was = await expanded("alter table payments alter column merchant drop not null");
    await client.query("insert into payments values (90, null, 'r90', 1)");
    await expect(rollbackChange({ connection })).rejects.toMatchObject({ code: "rows-in-the-way" });
    await client.query("delete from payments where id = 90");
    expect(await rollbackChange({ connection })).toMatchObject({ state: "rolled-back" });
    expect(await catalogOf(client)).toEqual(was);
  });
});
