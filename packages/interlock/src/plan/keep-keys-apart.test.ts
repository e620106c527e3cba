import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Plan } from "./plan.ts";
import { runStep } from "./run-step.ts";
import { planTestChange, type TestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

const insertOld = "insert into t (id, a) values ($1, $2) on conflict (a) do nothing";
const renamed: TestChange = {
  before: "create table t (id bigint not null, a text not null unique, note text);",
  migration: "alter table t rename column a to b",
  old: [insertOld],
  new: ["insert into t (id, b) values ($1, $2) on conflict (b) do update set note = excluded.b"],
};
const retyped: TestChange = {
  before: "create table t (id bigint not null, a integer not null unique, note text);",
  migration: "alter table t alter column a type bigint",
  old: ["insert into t (id, a) values ($1, $2::integer) on conflict (a) do nothing"],
  new: ["insert into t (id, a) values ($1, $2::bigint) on conflict (a) do update set note = 'again'"],
};

let renamedPlan: Promise<Plan> | undefined;

/** Planned once. */
async function planRenamed(): Promise<Plan> {
  renamedPlan ??= planTestChange(shadow, renamed).then(({ plan }) => plan);
  return renamedPlan;
}

async function migrated(change: TestChange, plan: Plan): Promise<{ database: string; owner: Client }> {
  const database = await shadow.createDatabase();
  const owner = new Client(shadow.connection(database));
  await owner.connect();
  await owner.query(change.before);
  for (const step of [...plan.phases.expand, ...plan.phases.migrate]) await runStep(owner, step);
  return { database, owner };
}

/** Sessions that insert one key at the same time, again and again. Answers what was refused. */
async function race(database: string, statements: readonly string[]): Promise<string[]> {
  const sessions = Array.from({ length: 6 }, () => new Client(shadow.connection(database)));
  await Promise.all(sessions.map((session) => session.connect()));
  const refused: string[] = [];
  try {
    for (let key = 0; key < 150; key += 1) {
      const inserts = sessions.map((session, at) =>
        session
          .query(statements[at % statements.length] ?? "", [key, String(key)])
          .catch((error: Error) => refused.push(error.message)),
      );
      await Promise.all(inserts);
    }
  } finally {
    await Promise.all(sessions.map((session) => session.end()));
  }
  return refused;
}

describe("one key at the same time in both versions' ON CONFLICT", () => {
  test.each([
    ["of a column that is renamed", renamed],
    ["of a column whose type changes", retyped],
  ])("%s", async (_, change) => {
    const { plan } = await planTestChange(shadow, change);
    const { database, owner } = await migrated(change, plan);
    expect(await race(database, [...(change.old ?? []), ...(change.new ?? [])])).toEqual([]);
    expect((await owner.query("select count(*)::integer as rows from t")).rows).toEqual([{ rows: 150 }]);
    for (const step of plan.phases.contract) await runStep(owner, step);
    await owner.end();
  });

  test("PostgreSQL refuses some of them where nobody keeps the keys apart", async () => {
    const plan = await planRenamed();
    const { database, owner } = await migrated(renamed, plan);
    await owner.query("alter table t disable trigger all");
    const { rows } = await owner.query<{ name: string }>(
      "select tgname as name from pg_trigger where tgrelid = 't'::regclass and tgname not like '%keys'",
    );
    for (const { name } of rows) await owner.query(`alter table t enable always trigger "${name}"`);
    expect((await race(database, [insertOld])).length).toBeGreaterThan(0);
    await owner.end();
  });
});

describe("what keeps keys apart", () => {
  test("is there only where a statement says what it conflicts with", async () => {
    const { plan } = await planTestChange(shadow, {
      ...renamed,
      old: ["insert into t (id, a) values ($1, $2) on conflict do nothing"],
      new: ["insert into t (id, b) values ($1, $2)"],
    });
    expect(JSON.stringify(plan.phases)).not.toContain("keys_held");
  });

  test("lets a key that is there be used by two open transactions, and a writer who may not read", async () => {
    const plan = await planRenamed();
    const { database, owner } = await migrated(renamed, plan);
    const [one, two] = [new Client(shadow.connection(database)), new Client(shadow.connection(database))];
    await Promise.all([one.connect(), two.connect()]);
    const role = `interlock_test_keys_${String(process.pid)}`;
    try {
      await owner.query(insertOld, [1, "k"]);
      for (const session of [one, two]) await session.query("begin; set local lock_timeout = '2s'");
      for (const session of [one, two]) await session.query(insertOld, [2, "k"]);
      for (const session of [one, two]) await session.query("commit");
      await owner.query(`create role ${role}; grant insert on t to ${role}`);
      await one.query(`set role ${role}`);
      await one.query("insert into t (id, a) values (3, 'z')");
      await one.query("reset role");
      expect((await owner.query("select a, b from t order by a")).rows).toEqual([
        { a: "k", b: "k" },
        { a: "z", b: "z" },
      ]);
    } finally {
      await owner.query(`drop owned by ${role}; drop role ${role}`);
      await Promise.all([one.end(), two.end(), owner.end()]);
    }
  });

  test("does not fill the server's lock table, however many rows one transaction brings", async () => {
    const plan = await planRenamed();
    const { owner } = await migrated(renamed, plan);
    await owner.query("begin");
    await owner.query("insert into t (id, a) select i, 'k' || i from generate_series(1, 2000) as i");
    const { rows } = await owner.query(
      "select count(*)::integer as locks from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()",
    );
    expect(rows).toEqual([{ locks: 64 }]);
    await owner.query("rollback");
    await owner.end();
  });
});
