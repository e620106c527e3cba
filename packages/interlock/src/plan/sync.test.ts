import { array, assert, asyncProperty, constantFrom, integer, record } from "fast-check";
import { Client } from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Plan, Step } from "./plan.ts";
import { runStep } from "./run-step.ts";
import { planTestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

const before = `create table payments (id integer primary key, is_paid boolean not null default false,
  is_refunded boolean not null default false, failure text);`;
const migration = `alter table payments add column status text;
update payments set status = case when is_refunded then 'refunded' when is_paid then 'paid'
  when failure is not null then 'failed' else 'created' end;
alter table payments alter column status set not null;
-- interlock: down payments.is_paid = (status in ('paid', 'refunded'))
-- interlock: down payments.is_refunded = (status = 'refunded')
alter table payments drop column is_paid, drop column is_refunded;`;

const plans = new Map<string, Promise<Plan>>();

/** Each change is planned once. */
function plan(change: { before: string; migration: string }): Promise<Plan> {
  const known =
    plans.get(change.migration) ??
    planTestChange(shadow, { ...change, new: ["select 1"] }).then((result) => result.plan);
  plans.set(change.migration, known);
  return known;
}

/** A database after the baseline and some steps, with sessions of the old and the new version. */
async function at(
  sql: string,
  steps: readonly Step[],
): Promise<{ owner: Client; old: Client; fresh: Client }> {
  const config = shadow.connection(await shadow.createDatabase());
  const [owner, old, fresh] = ["owner", "app@1", "app@2"].map(
    (name) => new Client({ ...config, application_name: name }),
  );
  if (owner === undefined || old === undefined || fresh === undefined) throw new Error("three sessions");
  for (const client of [owner, old, fresh]) await client.connect();
  await owner.query(sql);
  for (const step of steps) await runStep(owner, step);
  return { owner, old, fresh };
}

async function close(sessions: Record<string, Client>): Promise<void> {
  for (const client of Object.values(sessions)) await client.end();
}

/** What either version does to a payment, in its own columns; both histories must end alike. */
const verbs = {
  open: [
    "insert into payments (id) values ($1) on conflict do nothing",
    "insert into payments (id, status) values ($1, 'created') on conflict do nothing",
  ],
  pay: [
    "update payments set is_paid = true where id = $1 and not is_paid and failure is null",
    "update payments set status = 'paid' where id = $1 and status = 'created'",
  ],
  refund: [
    "update payments set is_refunded = true where id = $1 and is_paid",
    "update payments set status = 'refunded' where id = $1 and status in ('paid', 'refunded')",
  ],
  fail: [
    "update payments set failure = 'declined' where id = $1 and not is_paid",
    "update payments set failure = 'declined', status = 'failed' where id = $1 and status in ('created', 'failed')",
  ],
} as const;

type Verb = keyof typeof verbs;

test("interleaved writes of both versions end where one version alone would", async () => {
  const { phases } = await plan({ before, migration });
  const action = record({
    verb: constantFrom<Verb>("open", "pay", "refund", "fail"),
    id: integer({ min: 1, max: 3 }),
    version: constantFrom(0, 1),
  });
  const mixed = await at(before, phases.expand);
  const alone = await at(before, []);
  try {
    await assert(
      asyncProperty(
        array(action, { minLength: 1, maxLength: 12 }),
        integer({ min: 0, max: 12 }),
        async (actions, filledAfter) => {
          await mixed.owner.query("truncate payments");
          await alone.owner.query("truncate payments");
          for (const [index, { verb, id, version }] of actions.entries()) {
            if (index === filledAfter) for (const step of phases.migrate) await runStep(mixed.owner, step);
            await (version === 0 ? mixed.old : mixed.fresh).query(verbs[verb][version] ?? "", [id]);
            await alone.old.query(verbs[verb][0], [id]);
          }
          for (const step of phases.migrate) await runStep(mixed.owner, step);
          const shown = "select id, is_paid, is_refunded, failure from payments order by id";
          const status = `select id, case when is_refunded then 'refunded' when is_paid then 'paid'
            when failure is not null then 'failed' else 'created' end as status from payments order by id`;
          expect((await mixed.owner.query(shown)).rows).toEqual((await alone.owner.query(shown)).rows);
          expect((await mixed.owner.query("select id, status from payments order by id")).rows).toEqual(
            (await alone.owner.query(status)).rows,
          );
        },
      ),
      { numRuns: 40 },
    );
  } finally {
    await close(mixed);
    await close(alone);
  }
});

test("a role without any right on schema interlock writes through the sync", async () => {
  const { phases } = await plan({ before, migration });
  const sessions = await at(before, phases.expand);
  const role = `interlock_test_writer_${String(process.pid)}`;
  try {
    await sessions.owner.query(`create role ${role}; grant insert, update, select on payments to ${role}`);
    await sessions.old.query(`set role ${role}`);
    await sessions.old.query("insert into payments (id, is_paid) values (1, true)");
    await sessions.old.query("update payments set is_refunded = true where id = 1");
    const { rows } = await sessions.old.query("select status from payments");
    expect(rows).toEqual([{ status: "refunded" }]);
  } finally {
    await sessions.old.query("reset role");
    await sessions.owner.query(`drop owned by ${role}; drop role ${role}`);
    await close(sessions);
  }
});

test("sessions that apply changes from elsewhere are synced too, and a backfill is not", async () => {
  const { phases } = await plan({ before, migration });
  const sessions = await at(before, phases.expand);
  try {
    await sessions.owner.query("set session_replication_role = replica");
    await sessions.owner.query("insert into payments (id, is_paid) values (1, true)");
    await sessions.owner.query("begin; set local interlock.sync = 'off'");
    await sessions.owner.query("insert into payments (id, is_paid) values (2, true)");
    await sessions.owner.query("commit");
    const { rows } = await sessions.owner.query("select id, status from payments order by id");
    expect(rows).toEqual([
      { id: 1, status: "paid" },
      { id: 2, status: null },
    ]);
  } finally {
    await close(sessions);
  }
});

test("a user's own triggers fire first, and what they set is synced", async () => {
  const withTrigger = `${before}
    create function settle() returns trigger language plpgsql as $$ begin new.is_paid := true; return new; end $$;
    create trigger zzz before insert on payments for each row execute function settle();`;
  const { phases } = await plan({ before, migration });
  const sessions = await at(withTrigger, phases.expand);
  try {
    await sessions.old.query("insert into payments (id) values (1)");
    const { rows } = await sessions.old.query("select status from payments");
    expect(rows).toEqual([{ status: "paid" }]);
  } finally {
    await close(sessions);
  }
});

test("an old write that the new type refuses goes through, and the verification stops the change", async () => {
  const change = {
    before: "create table t (id integer primary key, amount text)",
    migration: "alter table t alter amount type integer using amount::integer",
  };
  const { phases } = await plan(change);
  const sessions = await at(change.before, phases.expand);
  try {
    await sessions.old.query("insert into t values (1, '5')");
    await sessions.old.query("insert into t values (2, 'five')");
    const steps = async (): Promise<void> => {
      for (const step of phases.migrate) await runStep(sessions.owner, step);
    };
    await expect(steps()).rejects.toThrow(/invalid input syntax for type integer/);
    await sessions.old.query("update t set amount = '6' where id = 2");
    await steps();
    for (const step of phases.contract) await runStep(sessions.owner, step);
    expect((await sessions.owner.query("select * from t order by id")).rows).toEqual([
      { id: 1, amount: 5 },
      { id: 2, amount: 6 },
    ]);
  } finally {
    await close(sessions);
  }
});

test("a rename with a default tells an explicit null from a column left out", async () => {
  const change = {
    before: "create table t (id integer primary key, a text default 'd')",
    migration: "alter table t rename column a to b",
  };
  const { phases } = await plan(change);
  const sessions = await at(change.before, phases.expand);
  try {
    await sessions.old.query("insert into t values (1, null), (2, 'x'), (3, 'd')");
    await sessions.old.query("insert into t (id) values (4)");
    await sessions.fresh.query("insert into t (id, b) values (5, null), (6, 'y'), (7, 'd')");
    await sessions.fresh.query("insert into t (id) values (8)");
    const { rows } = await sessions.owner.query<{ a: string | null; b: string | null }>(
      "select a, b from t order by id",
    );
    expect(rows.map(({ a }) => a)).toEqual([null, "x", "d", "d", null, "y", "d", "d"]);
    expect(rows.map(({ b }) => b)).toEqual([null, "x", "d", "d", null, "y", "d", "d"]);
  } finally {
    await close(sessions);
  }
});
