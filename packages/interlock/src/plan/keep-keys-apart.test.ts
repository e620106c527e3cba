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

  // An index older than the unique ones holds the row with id 2 up after its key was looked for and before it is
  // written: the moment in which another session's row makes PostgreSQL refuse it by the index that is not named.
  const heldUp: TestChange = {
    ...renamed,
    before: `
      create function held_up(id bigint) returns bigint immutable language plpgsql as $$
        begin
          if id = 2 then
            perform pg_advisory_lock_shared(7702);
            perform pg_advisory_unlock_shared(7702);
          end if;
          return id;
        end $$;
      create table t (id bigint not null, a text not null, note text);
      create index first on t (held_up(id));
      alter table t add unique (a);`,
  };

  test.each([
    ["PostgreSQL refuses one of them where nobody keeps the keys apart", false],
    ["one of them waits for the other where they are kept apart", true],
  ])("%s", async (_, isKept) => {
    const { plan } = await planTestChange(shadow, heldUp);
    const { database, owner } = await migrated(heldUp, plan);
    if (!isKept) {
      const { rows } = await owner.query<{ name: string }>(
        "select tgname as name from pg_trigger where tgrelid = 't'::regclass and tgname like '%keys'",
      );
      if (rows.length === 0) throw new Error("nobody keeps them apart anyway");
      for (const { name } of rows) await owner.query(`alter table t disable trigger "${name}"`);
    }
    const sessions = [
      new Client(shadow.connection(database)),
      new Client(shadow.connection(database)),
    ] as const;
    await Promise.all(sessions.map((session) => session.connect()));
    const [late, early] = sessions;
    await owner.query("select pg_advisory_lock(7702)");
    const refused: unknown[] = [];
    const insert = async (session: Client, id: number): Promise<void> => {
      await session.query(insertOld, [id, "k"]).catch((error: { code?: string }) => refused.push(error.code));
    };
    const second = insert(late, 2);
    await waiting(owner, 1);
    const first = insert(early, 1);
    if (isKept) await waiting(owner, 2);
    else await first;
    await owner.query("select pg_advisory_unlock(7702)");
    await Promise.all([first, second]);
    expect(refused).toEqual(isKept ? [] : ["23505"]);
    expect((await owner.query("select id::integer from t")).rows).toEqual([{ id: isKept ? 2 : 1 }]);
    await Promise.all([owner, ...sessions].map((session) => session.end()));
  });
});

/** Until so many sessions of the database wait for an advisory lock. */
async function waiting(client: Client, sessions: number): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ waiting: number }>(
      "select count(distinct pid)::integer as waiting from pg_locks where locktype = 'advisory' and not granted",
    );
    if ((rows[0]?.waiting ?? 0) >= sessions) return;
  }
}

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
