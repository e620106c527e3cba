import { Client } from "pg";
import { describe, expect, test } from "vitest";
import type { BackfillStep, Plan } from "../plan/plan.ts";
import { shipChange } from "./ship-change.ts";
import { useDatabase } from "./testing-database.ts";

const database = useDatabase();
const relation = { schema: "public", name: "t" };

function planOf(silent: boolean): Plan {
  const step: BackfillStep = {
    kind: "backfill",
    id: "migrate-1",
    title: "fill t.b",
    relations: [relation],
    lock: "RowExclusiveLock",
    undo: null,
    relation,
    key: ["id"],
    set: [{ column: "b", expression: "a" }],
    where: null,
    ...(silent ? { silent } : {}),
  };
  return {
    format: "interlock-plan/1",
    id: "filling",
    files: [],
    old: [],
    new: [],
    phases: { expand: [], migrate: [step], contract: [] },
    notes: [],
    losses: [],
  };
}

const schema = `create table t (id integer primary key, a text, b text);
  create table log (what text);
  create function note() returns trigger language plpgsql as
    $$ begin insert into log values (tg_name); return new; end $$;
  create trigger each_row after update on t for each row execute function note();
  create trigger each_statement after update on t execute function note();
  insert into t values (1, 'x'), (2, 'y');`;

describe("a backfill that the migration writes no row for", () => {
  test("fires nothing, and the triggers go on firing for everybody else", async () => {
    await database.client.query(schema);
    await shipChange({ plan: planOf(true), connection: database.connection });
    expect(await database.rows("select b from t order by id")).toEqual([{ b: "x" }, { b: "y" }]);
    expect(await database.rows("select what from log")).toEqual([]);
    await database.client.query("update t set a = 'z' where id = 1");
    expect(await database.rows("select what from log order by 1")).toEqual([
      { what: "each_row" },
      { what: "each_statement" },
    ]);
  });

  test("is refused before anything is changed where the role may not keep triggers quiet", async () => {
    const role = `interlock_test_owner_${String(process.pid)}`;
    await database.client.query(`${schema} create role ${role} login;
      grant create on database ${String(database.connection.database)} to ${role}; alter table t owner to ${role}`);
    try {
      const connection = { ...database.connection, user: role };
      await expect(shipChange({ plan: planOf(true), connection })).rejects.toMatchObject({
        code: "permission-denied",
        state: "Nothing was changed.",
        next: `Have a superuser run: grant set on parameter session_replication_role to ${role}`,
      });
      expect(await database.rows("select from pg_namespace where nspname = 'interlock'")).toEqual([]);
      await database.client.query(`grant set on parameter session_replication_role to ${role}`);
      await shipChange({ plan: planOf(true), connection });
      expect(await database.rows("select what from log")).toEqual([]);
    } finally {
      const other = new Client(database.connection);
      await other.connect();
      await other.query(`revoke set on parameter session_replication_role from ${role};
        reassign owned by ${role} to current_user; drop owned by ${role}; drop role ${role}`);
      await other.end();
    }
  });

  test("fires as the migration's own UPDATE does where there is one", async () => {
    await database.client.query(schema);
    await shipChange({ plan: planOf(false), connection: database.connection });
    const fired = await database.rows<{ what: string }>("select what from log where what = 'each_row'");
    expect(fired).toHaveLength(2);
  });
});
