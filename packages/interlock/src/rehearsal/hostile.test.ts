import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "pg";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload } from "../workload/workload.ts";
import { makeBaseline, type Baseline } from "./baseline.ts";
import { rehearse } from "./rehearse.ts";

let shadow: Shadow;
let baseline: Baseline;

beforeAll(async () => {
  shadow = await openShadow();
  baseline = await makeBaseline({
    shadow,
    apply: async (client) => {
      await client.query("create table things (id int primary key, name text)");
    },
  });
});

afterAll(() => shadow.close());

const hostile = {
  kill: "select pg_terminate_backend(pg_backend_pid())",
  "kill all": "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()",
  sleep: "select pg_sleep(600)",
  forever: "with recursive n as (select 1 as i union all select i + 1 from n) select count(*) from n",
  "read a file": "select pg_read_file('/etc/passwd')",
  "write a file": "copy things to '/tmp/interlock-hostile'",
  program: "copy things from program 'id'",
  commit: "commit",
  rollback: "rollback",
  superuser: "alter role interlock_sandbox superuser",
  escape: "set session authorization postgres",
  "no time limit": "set statement_timeout = 0",
  "not sql": "this is ) not ( sql",
  empty: ";",
  two: "select 1; drop table things",
  "zero parameter": "select $0",
  "many parameters": `select ${Array.from({ length: 500 }, (_, index) => `$${String(index + 1)}::int`).join(" + ")}`,
  "a gap in the parameters": "select $3::int",
  drop: "drop table things cascade",
  lock: "lock table things in access exclusive mode",
  copy: "copy things from stdin",
  huge: "select repeat('x', 1000000) from generate_series(1, 10000)",
  raise: "do $$ begin raise exception 'no'; end $$",
  harmless: "select name from things where id = $1",
};

const workload: Workload = {
  format: "interlock-workload/1",
  app: "hostile",
  version: "1",
  statements: Object.entries(hostile).map(([name, sql]) => ({ name, sql })),
};

describe("a hostile workload", () => {
  test("ends in an outcome for every statement, and the harmless one is exercised all the same", async () => {
    const { workloads } = await rehearse({
      shadow,
      baseline,
      workloads: [{ workload, home: 0, states: [0, 1] }],
      changes: [
        {
          label: "add a column",
          apply: async (client) => {
            await client.query("alter table things add column extra int");
          },
        },
      ],
    });
    const statements = workloads[0]?.statements ?? [];
    const exercised = statements
      .filter(({ home }) => home.broken === undefined && home.notExercised === undefined)
      .map(({ home }) => home.statement.name);
    expect(statements).toHaveLength(Object.keys(hostile).length);
    expect(exercised).toContain("harmless");
    for (const name of [
      "kill",
      "sleep",
      "forever",
      "read a file",
      "write a file",
      "program",
      "commit",
      "rollback",
      "superuser",
      "escape",
    ]) {
      expect(exercised).not.toContain(name);
    }
    const harmless = statements.find(({ home }) => home.statement.name === "harmless");
    expect(harmless?.outcomes.map(({ executed }) => executed.kind)).toEqual(["ok", "ok"]);
  });

  test("has no rights beyond its database", async () => {
    const admin = new Client(shadow.connection("postgres"));
    await admin.connect();
    const { rows } = await admin.query(
      "select rolsuper, rolcreatedb, rolcreaterole from pg_roles where rolname = 'interlock_sandbox'",
    );
    await admin.end();
    expect(rows).toEqual([{ rolsuper: false, rolcreatedb: false, rolcreaterole: false }]);
  });
});
