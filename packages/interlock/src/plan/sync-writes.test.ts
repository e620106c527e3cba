import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyIn } from "../rehearsal/copy-in-submittable.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { runStep } from "./run-step.ts";
import { planTestChange, type TestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

/** Sessions of the owner, the old version, the new one, and one that says nothing of itself. */
interface Sessions {
  owner: Client;
  old: Client;
  fresh: Client;
  silent: Client;
}

const templates = new Map<TestChange, Promise<string>>();

/** A database in which both versions work, as a template. */
function template(change: TestChange): Promise<string> {
  const known = templates.get(change) ?? makeTemplate(change);
  templates.set(change, known);
  return known;
}

async function makeTemplate(change: TestChange): Promise<string> {
  const { plan } = await planTestChange(shadow, { new: ["select 1"], ...change });
  const database = await shadow.createDatabase();
  const owner = new Client(shadow.connection(database));
  await owner.connect();
  await owner.query(change.before);
  for (const step of [...plan.phases.expand, ...plan.phases.migrate]) await runStep(owner, step);
  await owner.end();
  return database;
}

async function live<T>(change: TestChange, run: (sessions: Sessions) => Promise<T>): Promise<T> {
  const database = await shadow.createDatabase({ template: await template(change) });
  const open = async (name: string): Promise<Client> => {
    const client = new Client({ ...shadow.connection(database), application_name: name });
    await client.connect();
    return client;
  };
  const sessions = {
    owner: await open("owner"),
    old: await open("app@1"),
    fresh: await open("app@2"),
    silent: await open(""),
  };
  try {
    return await run(sessions);
  } finally {
    for (const client of Object.values(sessions)) await client.end();
  }
}

async function rows(client: Client, sql: string): Promise<unknown[][]> {
  return (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows;
}

const status: TestChange = {
  before: `create table payments (id integer primary key, is_paid boolean not null default false, note text,
      amount integer not null default 1, twice integer generated always as (amount * 2) stored);
    create table log (line text);
    create function log() returns trigger language plpgsql as $$
      begin insert into log values (tg_name); return new; end $$;
    create trigger after_each after insert or update on payments for each row execute function log();
    create trigger after_all after insert or update on payments for each statement execute function log();
    create trigger paid after update on payments for each row
      when (old.note is distinct from new.note) execute function log();
    create trigger of_amount after update of amount on payments for each row execute function log();`,
  migration: `-- interlock: up payments.status = (case when is_paid then 'paid' else 'open' end)
alter table payments add column status text not null;
-- interlock: down payments.is_paid = (status = 'paid')
alter table payments drop column is_paid;`,
};

const all = "select id, is_paid, status from payments order by id";

describe("each version's writes, seen by the other", () => {
  test("several rows in one statement, without a list of columns, and by what a query gives", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      await old.query("insert into payments values (1, true), (2, false), (3, default)");
      await fresh.query("insert into payments (id, status) values (4, 'paid'), (5, 'open')");
      await old.query(
        "insert into payments (id, is_paid) select id + 10, not is_paid from payments where id < 3",
      );
      expect(await rows(owner, all)).toEqual([
        [1, true, "paid"],
        [2, false, "open"],
        [3, false, "open"],
        [4, true, "paid"],
        [5, false, "open"],
        [11, false, "open"],
        [12, true, "paid"],
      ]);
    });
  });

  test("COPY, with and without the column", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      const copies: [Client, string, string][] = [
        [old, "copy payments (id, is_paid) from stdin", "1\tt\n2\tf\n"],
        [fresh, "copy payments (id, status) from stdin", "3\tpaid\n4\topen\n"],
        [old, "copy payments (id) from stdin", "5\n"],
      ];
      for (const [client, sql, data] of copies) expect(await copyIn(client, { sql, data })).toBeUndefined();
      expect(await rows(owner, all)).toEqual([
        [1, true, "paid"],
        [2, false, "open"],
        [3, true, "paid"],
        [4, false, "open"],
        [5, false, "open"],
      ]);
    });
  });

  test("RETURNING gives each what it wrote, and what it does not know goes along", async () => {
    await live(status, async ({ old, fresh }) => {
      expect(await rows(old, "insert into payments (id) values (1) returning is_paid")).toEqual([[false]]);
      expect(await rows(fresh, "update payments set status = 'paid' where id = 1 returning status")).toEqual([
        ["paid"],
      ]);
      expect(await rows(old, "update payments set note = 'n' where id = 1 returning is_paid, twice")).toEqual(
        [[true, 2]],
      );
      expect(await rows(fresh, "delete from payments where id = 1 returning status")).toEqual([["paid"]]);
    });
  });

  test("WITH: rows that move, and two tables in one statement", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      await old.query("insert into payments values (1, true), (2, false)");
      await fresh.query(
        "with gone as (delete from payments where id = 1 returning status) insert into payments (id, status) select 9, status from gone",
      );
      await old.query(
        "with done as (update payments set is_paid = true where id = 2 returning id) insert into log select 'paid ' || id from done",
      );
      expect(await rows(owner, all)).toEqual([
        [2, true, "paid"],
        [9, true, "paid"],
      ]);
    });
  });

  test("ON CONFLICT and MERGE, with what was proposed and what was there", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      await old.query("insert into payments values (1, false)");
      await old.query(
        "insert into payments (id, is_paid) values (1, true) on conflict (id) do update set is_paid = excluded.is_paid or payments.is_paid",
      );
      expect(await rows(owner, all)).toEqual([[1, true, "paid"]]);
      await fresh.query(
        "insert into payments (id, status) values (1, 'open'), (2, 'paid') on conflict (id) do update set status = excluded.status",
      );
      await old.query(
        "merge into payments using (values (2, false), (3, true)) as given (id, is_paid) on payments.id = given.id when matched then update set is_paid = given.is_paid when not matched then insert (id, is_paid) values (given.id, given.is_paid)",
      );
      await fresh.query("insert into payments (id, status) values (3, 'open') on conflict do nothing");
      expect(await rows(owner, all)).toEqual([
        [1, false, "open"],
        [2, false, "open"],
        [3, true, "paid"],
      ]);
    });
  });

  test("both columns in one statement: the new one holds, whether they agree or not", async () => {
    await live(status, async ({ silent, owner }) => {
      await silent.query(
        "insert into payments (id, is_paid, status) values (1, true, 'paid'), (2, true, 'open')",
      );
      await silent.query("insert into payments (id) values (3)");
      await silent.query("update payments set is_paid = true, status = 'paid' where id = 3");
      expect(await rows(owner, all)).toEqual([
        [1, true, "paid"],
        [2, false, "open"],
        [3, true, "paid"],
      ]);
      await silent.query("update payments set is_paid = true, status = 'open' where id = 3");
      expect(await rows(owner, "select is_paid, status from payments where id = 3")).toEqual([
        [false, "open"],
      ]);
    });
  });

  test("whoever says nothing of itself is told by what it writes; who writes neither is taken for the old version", async () => {
    await live(status, async ({ silent, owner }) => {
      await silent.query("insert into payments (id, note) values (1, 'third')");
      await silent.query("insert into payments (id, status) values (2, 'paid')");
      await silent.query("update payments set note = 'still' where id = 2");
      await silent.query("update payments set is_paid = false where id = 2");
      await silent.query("update payments set status = 'paid' where id = 1");
      expect(await rows(owner, all)).toEqual([
        [1, true, "paid"],
        [2, false, "open"],
      ]);
    });
  });

  test("an update of the key, and of other columns only, leaves what the other version wrote", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      await fresh.query("insert into payments (id, status) values (1, 'lost')");
      await old.query("update payments set id = 2, note = 'x' where id = 1");
      await old.query("update payments set is_paid = is_paid");
      expect(await rows(owner, all)).toEqual([[2, false, "lost"]]);
    });
  });

  test("a statement that was prepared before expand goes on", async () => {
    const { plan } = await planTestChange(shadow, { new: ["select 1"], ...status });
    const database = await shadow.createDatabase();
    const [owner, old] = ["owner", "app@1"].map(
      (name) => new Client({ ...shadow.connection(database), application_name: name }),
    );
    if (owner === undefined || old === undefined) throw new Error("two sessions");
    await Promise.all([owner.connect(), old.connect()]);
    try {
      await owner.query(status.before);
      const insert = async (id: number): Promise<void> => {
        await old.query({
          name: "insert",
          text: "insert into payments (id, is_paid) values ($1, $2)",
          values: [id, true],
        });
      };
      for (let id = 1; id <= 6; id += 1) await insert(id);
      for (const step of plan.phases.expand) await runStep(owner, step);
      await insert(7);
      for (const step of plan.phases.migrate) await runStep(owner, step);
      await insert(8);
      expect(await rows(owner, "select count(*)::integer from payments where status = 'paid'")).toEqual([
        [8],
      ]);
    } finally {
      await Promise.all([owner.end(), old.end()]);
    }
  });

  test("the user's triggers fire as they did: once for a row, once for a statement, for their columns and conditions", async () => {
    await live(status, async ({ old, fresh, owner }) => {
      await old.query("insert into payments values (1, true), (2, false)");
      await owner.query("delete from log");
      await fresh.query("update payments set status = 'open'");
      await old.query("update payments set amount = 2, note = 'n' where id = 1");
      const fired = "select line, count(*)::integer from log group by 1 order by 1";
      expect(await rows(owner, fired)).toEqual([
        ["after_all", 2],
        ["after_each", 3],
        ["of_amount", 1],
        ["paid", 1],
      ]);
    });
  });

  test("a trigger that writes a mapped column of other rows is synced as well", async () => {
    await live(status, async ({ old, owner }) => {
      await owner.query(`create function pay_next() returns trigger language plpgsql as $$
          begin update payments set is_paid = true where id = new.id + 1; return null; end $$;
        create trigger next after insert on payments for each row execute function pay_next()`);
      await old.query("insert into payments values (2, false)");
      await old.query("insert into payments values (1, false)");
      expect(await rows(owner, all)).toEqual([
        [1, false, "open"],
        [2, true, "paid"],
      ]);
    });
  });

  test("row-level security judges the whole row, and a name in the writer's path is not taken for PostgreSQL's own", async () => {
    const role = `interlock_test_rls_${String(process.pid)}`;
    await live(status, async ({ old, owner }) => {
      await owner.query(`create role ${role}; grant select, insert, update on payments, log to ${role};
        alter table payments enable row level security;
        create policy open_only on payments to ${role} using (true) with check (not is_paid);
        create schema ${role} authorization ${role};
        create function ${role}.current_setting(text, boolean) returns text language sql as $$ select 'off' $$`);
      try {
        await old.query(`set role ${role}; set search_path = ${role}, pg_catalog, public`);
        await old.query("insert into payments (id, is_paid) values (1, false)");
        await expect(old.query("update payments set status = 'paid' where id = 1")).rejects.toThrow(
          /row-level security/,
        );
        expect(await rows(owner, all)).toEqual([[1, false, "open"]]);
      } finally {
        await old.query("reset role");
        await owner.query(`drop schema ${role} cascade; drop owned by ${role}; drop role ${role}`);
      }
    });
  });
});

const family: TestChange = {
  before: `create table parent (code text primary key);
    create table child (id integer primary key, code text not null references parent (code) on update cascade on delete cascade);`,
  migration:
    "alter table parent rename column code to name; alter table child rename column code to parent_name",
  new: ["insert into parent (name) values ($1)", "insert into child (id, parent_name) values ($1, $2)"],
};

test("a foreign key between two tables in change cascades into both shapes", async () => {
  await live(family, async ({ old, fresh, owner }) => {
    await old.query("insert into parent values ('a')");
    await fresh.query("insert into parent (name) values ('b')");
    await fresh.query("insert into child (id, parent_name) values (1, 'a')");
    await old.query("insert into child (id, code) values (2, 'b')");
    await fresh.query("update parent set name = 'aa' where name = 'a'");
    await old.query("delete from parent where code = 'b'");
    expect(await rows(owner, "select id, code, parent_name from child")).toEqual([[1, "aa", "aa"]]);
    expect(await rows(owner, "select code, name from parent")).toEqual([["aa", "aa"]]);
    await expect(fresh.query("insert into child (id, parent_name) values (3, 'zz')")).rejects.toThrow(
      /foreign key/,
    );
  });
});

const parted: TestChange = {
  before: `create table events (id integer, at integer not null, kind text) partition by range (at);
    create table events_1 partition of events for values from (0) to (10);`,
  migration: "alter table events rename column kind to what",
  new: ["insert into events (id, at, what) values ($1, 1, $2)"],
};

test("partitions: through the parent, directly, moved from one to another, and one that comes later", async () => {
  await live(parted, async ({ old, fresh, owner }) => {
    await old.query("insert into events values (1, 1, 'a')");
    await fresh.query("insert into events_1 (id, at, what) values (2, 2, 'b')");
    await owner.query("create table events_2 partition of events for values from (10) to (20)");
    await old.query("insert into events_2 (id, at, kind) values (3, 11, 'c')");
    await old.query("update events set at = 12, kind = 'd' where id = 1");
    await owner.query(
      "set session_replication_role = replica; insert into events_2 (id, at, kind) values (4, 13, 'e')",
    );
    expect(await rows(owner, "select id, kind, what from events order by id")).toEqual([
      [1, "d", "d"],
      [2, "b", "b"],
      [3, "c", "c"],
      [4, "e", "e"],
    ]);
  });
});

describe("refused, since rows would be written past the sync", () => {
  test.each([
    [
      "a table that others inherit from",
      "create table t (id integer primary key, a text); create table u (c text) inherits (t);",
      /other tables inherit from t/,
    ],
    [
      "a trigger whose name sorts behind the sync's",
      `create table t (id integer primary key, a text); create function f() returns trigger language plpgsql as
        $$ begin return new; end $$; create trigger "été" before insert on t for each row execute function f();`,
      /été" would come after/,
    ],
  ])("%s", async (_, before, says) => {
    const planned = planTestChange(shadow, { before, migration: "alter table t rename column a to b" });
    await expect(planned).rejects.toMatchObject({
      code: "cannot-plan",
      message: expect.stringMatching(says) as unknown,
    });
  });
});
