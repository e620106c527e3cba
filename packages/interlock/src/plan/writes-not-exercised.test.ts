import { afterAll, beforeAll, expect, test } from "vitest";
import { migrationsOf } from "../migration/read.ts";
import { applyMigration } from "../migration/apply.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload } from "../workload/workload.ts";
import { planSources } from "./plan-change.ts";

let shadow: Shadow;
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

async function unexercised(sqls: readonly string[]): Promise<string[]> {
  const baseline = migrationsOf([
    {
      path: "1.sql",
      text: `create table t (id bigint primary key check (id > 0), name text, done boolean not null default false);
             create table other (id bigint primary key check (id > 0), name text);`,
    },
  ]);
  const statements = sqls.map((sql, index) => ({ name: `s${String(index)}`, sql }));
  const old: Workload = { format: "interlock-workload/1", app: "a", version: "1", statements };
  const { proof } = await planSources({
    files: migrationsOf([{ path: "2.sql", text: "alter table t rename done to is_done;" }]),
    baseline: async (client) => {
      for (const migration of baseline) await applyMigration(client, migration);
    },
    old: [old],
    new: [],
    shadow,
  });
  return proof.unexercisedWrites;
}

// The checks on id refuse -1 whatever the plan does, so that the statements never run to their end.
test("a write to what the plan touches that could not be exercised is left open, one to another table is not", async () => {
  const open = await unexercised([
    "update t set done = true where id = $1",
    "insert into t (id, done) values (-1, true)",
    "insert into other (id) values (-1)",
    "select done from t where id = 1 / 0",
  ]);
  expect(open).toEqual(["a@1#s1"]);
});
