import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationsOf } from "../migration/read.ts";
import type { Migration } from "../migration/migration.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload } from "../workload/workload.ts";
import { check } from "./check.ts";
import type { CheckReport } from "./report/check-report.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

function file(path: string, text: string): Migration {
  const [migration] = migrationsOf([{ path, text }]);
  if (migration === undefined) throw new Error("one file is one migration");
  return migration;
}

function workload(statements: Readonly<Record<string, string>>): Workload {
  return {
    format: "interlock-workload/1",
    app: "geo",
    version: "1",
    statements: Object.entries(statements).map(([name, sql]) => ({ name, sql })),
  };
}

function brief({ verdict, findings }: CheckReport): object {
  return {
    verdict,
    findings: findings
      .filter(({ severity }) => severity !== "note")
      .map(({ code, statement, line }) => [code, statement ?? line]),
  };
}

const places = `create extension postgis;
create extension vector;
create table places (id bigint primary key, at geometry(Point, 4326), embedding vector(3) not null);
create index on places using gist (at);
create index on places using hnsw (embedding vector_l2_ops);`;
const near =
  "select id from places where st_dwithin(at, st_makepoint($1, $2), 10) order by embedding <-> $3 limit 5";
const add = "insert into places (id, at, embedding) values ($1, $2, $3)";

describe("extensions that the server does not have", () => {
  const options = { stubExtensions: ["postgis", "vector"] };

  test("are left out where that is asked for, and what fits their stand-ins is exercised", async () => {
    const report = await check({
      ...options,
      migrations: [file("2.sql", "alter table places add column note text")],
      baseline: [file("1.sql", places)],
      old: [workload({ near, add })],
      shadow,
    });
    expect(brief(report)).toEqual({ verdict: "safe", findings: [] });
    expect(report.workloads[0]).toMatchObject({ statements: 2, exercised: 2 });
  });

  test("leave the verdict open for a statement that needs more of them", async () => {
    const report = await check({
      ...options,
      migrations: [file("2.sql", "alter table places add column note text")],
      baseline: [file("1.sql", places)],
      old: [workload({ add, odd: "select st_voronoi(at) from places" })],
      shadow,
    });
    expect(brief(report)).toEqual({ verdict: "unknown", findings: [["extension-missing", "odd"]] });
  });

  test("leave the verdict open where the change itself is about them", async () => {
    const report = await check({
      ...options,
      migrations: [file("2.sql", "create index on places using ivfflat (embedding)")],
      baseline: [file("1.sql", places)],
      old: [workload({ add })],
      shadow,
    });
    expect(report.verdict).toBe("unknown");
    expect(report.reasons).toEqual([
      "the change itself is rehearsed without extension vector: 2.sql:1 is not run",
    ]);
  });

  test("are named with their line where nobody asked for it, in a change and in a baseline", async () => {
    const report = await check({
      migrations: [file("2.sql", "\ncreate extension postgis")],
      baseline: [],
      old: [workload({ one: "select 1" })],
      shadow,
    });
    expect(brief(report)).toEqual({ verdict: "unknown", findings: [["extension-missing", 2]] });
    const baseline = check({
      migrations: [file("2.sql", "select 1")],
      baseline: [file("1.sql", places)],
      shadow,
    });
    await expect(baseline).rejects.toMatchObject({ code: "extension-missing" });
  });
});

test("harmless extensions can be created, those that reach files, programs or servers can't", async () => {
  const harmless = ["moddatetime", "earthdistance cascade", "pg_stat_statements", '"uuid-ossp"', "pgcrypto"];
  const report = await check({
    migrations: [file("1.sql", harmless.map((name) => `create extension ${name};`).join("\n"))],
    baseline: [],
    old: [workload({ one: "select 1" })],
    shadow,
  });
  expect(brief(report)).toEqual({ verdict: "safe", findings: [] });
  for (const name of ["dblink", "file_fdw", "plperl"]) {
    const refused = await check({
      migrations: [file("1.sql", `create extension ${name};`)],
      baseline: [],
      old: [workload({ one: "select 1" })],
      shadow,
    });
    expect({ name, ...brief(refused) }).toEqual({
      name,
      verdict: "unknown",
      findings: [["refused-by-sandbox", 1]],
    });
  }
});
