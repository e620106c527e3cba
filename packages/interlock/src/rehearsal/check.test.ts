import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import type { Workload, WorkloadStatement } from "../workload/workload.ts";
import { check, type CheckOptions } from "./check.ts";
import type { CheckReport } from "./report/check-report.ts";
import type { Finding } from "./report/finding.ts";

let shadow: Shadow;
let directory: string;

beforeAll(async () => {
  shadow = await openShadow();
  directory = await mkdtemp(join(tmpdir(), "interlock-check-"));
});

afterAll(async () => {
  await shadow.close();
  await rm(directory, { recursive: true });
});

const baseline = `
create table customers (id bigint generated always as identity primary key, email text not null unique);
create table orders (
  id uuid primary key default gen_random_uuid(),
  customer_id bigint not null references customers (id),
  amount_cents integer not null check (amount_cents between 1 and 500000),
  note text,
  code varchar(20),
  state text not null default 'open' check (state in ('open', 'done')),
  created_at timestamptz not null default now()
);`;

function workload(
  statements: Record<string, string | Omit<WorkloadStatement, "name">>,
  version = "1.0.0",
): Workload {
  return {
    format: "interlock-workload/1",
    app: "shop",
    version,
    statements: Object.entries(statements).map(([name, one]) =>
      typeof one === "string" ? { name, sql: one } : { name, ...one },
    ),
  };
}

async function checked(
  change: string,
  options: Partial<CheckOptions> & { start?: string },
): Promise<CheckReport> {
  const before = join(directory, "0001_before.sql");
  const after = join(directory, "0002_change.sql");
  await writeFile(before, options.start ?? baseline);
  await writeFile(after, change);
  return check({ migrations: [after], shadow, ...options });
}

function brief({ findings }: CheckReport): Partial<Finding>[] {
  return findings.map(({ code, severity, statement, line, sqlstate, when }) => ({
    code,
    severity,
    when,
    ...(statement === undefined ? {} : { statement }),
    ...(line === undefined ? {} : { line }),
    ...(sqlstate === undefined ? {} : { sqlstate }),
  }));
}

const insert = "insert into orders (customer_id, amount_cents, note) values ($1, $2, $3)";
const read = "select id, amount_cents, note from orders where id = $1";

interface Case {
  what: string;
  change: string;
  old: Record<string, string | Omit<WorkloadStatement, "name">>;
  finds: Partial<Finding>[];
  order: CheckReport["order"];
  verdict: CheckReport["verdict"];
}

const cases: Case[] = [
  {
    what: "a nullable column harms nobody",
    change: "alter table orders add column channel text;",
    old: { insert, read },
    finds: [],
    order: "schema-first",
    verdict: "safe",
  },
  {
    what: "a dropped column breaks what names it, at its line",
    change: "alter table orders add column comment text;\n\nalter table orders drop column note;",
    old: { insert, read, count: "select count(*) from orders" },
    finds: ["insert", "read"].map((statement) => ({
      code: "statement-breaks",
      severity: "error",
      when: "after-change",
      statement,
      line: 3,
      sqlstate: "42703",
    })),
    order: null,
    verdict: "unsafe",
  },
  {
    what: "an added column makes another statement ambiguous",
    change: "alter table customers add column note text;",
    old: { joined: "select note from orders join customers on customers.id = orders.customer_id" },
    finds: [
      {
        code: "statement-breaks",
        severity: "error",
        when: "after-change",
        statement: "joined",
        line: 1,
        sqlstate: "42702",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "a mandatory column breaks inserts that leave it out",
    change:
      "alter table orders add column channel text;\nupdate orders set channel = 'web';\nalter table orders alter channel set not null;",
    old: { insert },
    finds: [
      {
        code: "write-breaks",
        severity: "error",
        when: "after-change",
        statement: "insert",
        line: 3,
        sqlstate: "23502",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "a narrower type breaks writes",
    change: "alter table orders alter code type varchar(3) using left(code, 3);",
    old: { write: { sql: "update orders set code = $2 where id = $1" } },
    finds: [
      {
        code: "write-breaks",
        severity: "error",
        when: "after-change",
        statement: "write",
        line: 1,
        sqlstate: "22001",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "a new condition breaks a value that was recorded",
    change: "alter table orders add constraint known check (note <> 'gift') not valid;",
    old: { mark: { sql: "update orders set note = $1", samples: [["gift"], ["other"]] } },
    finds: [
      {
        code: "write-breaks",
        severity: "error",
        when: "after-change",
        statement: "mark",
        line: 1,
        sqlstate: "23514",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "a dropped unique index breaks ON CONFLICT, which only executing shows",
    change: "alter table customers drop constraint customers_email_key;",
    old: { upsert: "insert into customers (email) values ($1) on conflict (email) do nothing" },
    finds: [
      {
        code: "write-breaks",
        severity: "error",
        when: "after-change",
        statement: "upsert",
        line: 1,
        sqlstate: "42P10",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "a constraint that is deferred to the end of the transaction counts too",
    change: `create table shops (id bigint primary key);
      alter table orders add column shop_id bigint references shops (id) deferrable initially deferred;
      alter table orders alter shop_id set default 7;`,
    old: { insert },
    finds: [
      {
        code: "write-breaks",
        severity: "error",
        when: "after-change",
        statement: "insert",
        sqlstate: "23503",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "another type is another result",
    change: "alter table orders alter amount_cents type bigint;",
    old: { read },
    finds: [
      { code: "result-changes", severity: "error", when: "after-change", statement: "read", line: 1 },
      {
        code: "cached-plan-breaks",
        severity: "warning",
        when: "after-change",
        statement: "read",
        line: 1,
        sqlstate: "0A000",
      },
    ],
    order: "schema-first",
    verdict: "unsafe",
  },
  {
    what: "an added column breaks a prepared select *",
    change: "alter table customers add column name text;",
    old: { all: { sql: "select * from customers", prepared: true } },
    finds: [
      { code: "result-changes", severity: "warning", when: "after-change", statement: "all", line: 1 },
      {
        code: "cached-plan-breaks",
        severity: "error",
        when: "after-change",
        statement: "all",
        line: 1,
        sqlstate: "0A000",
      },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "COPY without a column list suffers from a column less",
    change: "alter table orders drop column code;",
    old: { load: "copy orders from stdin" },
    finds: [
      { code: "write-breaks", severity: "error", when: "after-change", statement: "load", sqlstate: "22P04" },
    ],
    order: null,
    verdict: "unsafe",
  },
  {
    what: "what fails at the baseline takes no part",
    change: "alter table orders drop column note;",
    old: {
      wrong: "select nothing from orders",
      count: "select count(*) from orders",
      all: "select id from orders",
    },
    finds: [
      {
        code: "broken-at-baseline",
        severity: "warning",
        when: "always",
        statement: "wrong",
        sqlstate: "42703",
      },
    ],
    order: "schema-first",
    verdict: "safe",
  },
  {
    what: "a write that can't be exercised on what the change touches leaves the verdict open",
    change: "alter table orders add column channel text check (channel <> '');",
    old: { slow: "update orders set note = pg_sleep(60)::text" },
    finds: [{ code: "not-exercised", severity: "note", when: "always", statement: "slow" }],
    order: "schema-first",
    verdict: "unknown",
  },
  {
    what: "a write that can't be exercised, but can't notice a column that may be left out",
    change: "alter table orders add column channel text, add column kind integer not null default 3;",
    old: { slow: "update orders set note = pg_sleep(60)::text" },
    finds: [{ code: "not-exercised", severity: "note", when: "always", statement: "slow" }],
    order: "schema-first",
    verdict: "safe",
  },
];

describe("a check finds", () => {
  test.each(cases)("$what", async ({ change, old, finds, order, verdict }) => {
    const report = await checked(change, { old: [workload(old)] });
    expect(brief(report)).toEqual(finds.map((one) => expect.objectContaining(one)));
    expect(report.findings).toHaveLength(finds.length);
    expect({ order: report.order, verdict: report.verdict }).toEqual({ order, verdict });
  });
});

describe("the order of deployment", () => {
  const rename = "alter table orders rename note to remark;";
  const renamed = { read: read.replace("note", "remark") };

  test("is split when neither version fits the other's structure", async () => {
    const report = await checked(rename, { old: [workload({ read })], new: [workload(renamed, "2.0.0")] });
    expect(report).toMatchObject({ order: "split", verdict: "unsafe" });
    expect(brief(report)).toContainEqual(
      expect.objectContaining({
        code: "statement-breaks",
        severity: "note",
        when: "before-change",
        sqlstate: "42703",
      }),
    );
  });

  test("is app-first when only the new version fits both", async () => {
    const both = workload({ count: "select count(*) from orders" }, "2.0.0");
    const options = { old: [workload({ read })], new: [both] };
    expect(await checked(rename, options)).toMatchObject({ order: "app-first", verdict: "unsafe" });
    expect(await checked(rename, { ...options, deploy: "app-first" })).toMatchObject({ verdict: "safe" });
    expect(await checked(rename, { ...options, deploy: "any" })).toMatchObject({ verdict: "unsafe" });
  });

  test("is not known without a workload", async () => {
    const report = await checked(rename, { new: [workload(renamed, "2.0.0")] });
    expect(report).toMatchObject({ order: null, verdict: "unknown" });
    expect(report.reasons.join()).toContain("--old");
    expect(await checked(rename, { old: [workload({ read })], deploy: "app-first" })).toMatchObject({
      verdict: "unknown",
    });
  });
});

describe("a workload", () => {
  test.each([
    ["that is empty", {}],
    [
      "of which most does not work at the baseline",
      { one: "select 1 from elsewhere", two: "select 2 from orders" },
    ],
  ])("%s leaves the verdict open", async (_, statements) => {
    const report = await checked("alter table orders add column a int;", { old: [workload(statements)] });
    expect(report).toMatchObject({ verdict: "unknown" });
  });
});

test("a check leaves no database behind on a shadow that stays", async () => {
  await checked("alter table orders alter note type bigint using note::bigint;", {
    old: [workload({ insert })],
  });
  const client = new Client(shadow.connection("postgres"));
  await client.connect();
  const { rows } = await client.query(
    "select datname from pg_database where datname like 'interlock_shadow_%'",
  );
  await client.end();
  expect(rows).toEqual([]);
});

describe("a step", () => {
  test("names the locks it takes and the relations it rewrites", async () => {
    const report = await checked(
      "alter table orders add column a int;\nalter table orders alter amount_cents type bigint;",
      { old: [workload({ read })] },
    );
    const [, second] = report.files[0]?.steps ?? [];
    expect(report.files[0]?.steps[0]).toMatchObject({
      line: 1,
      locks: [{ relation: "public.orders", mode: "AccessExclusiveLock" }],
      rewrites: [],
    });
    expect(second).toMatchObject({ line: 2, rewrites: ["public.orders"] });
  });
});

describe("a migration", () => {
  test("that does not apply makes the verdict unknown, with its place", async () => {
    const report = await checked("select 1;\nalter table nowhere add column a int;", {
      old: [workload({ read })],
    });
    expect(report).toMatchObject({ verdict: "unknown", order: null });
    expect(brief(report)).toEqual([
      { code: "migration-does-not-apply", severity: "error", when: "always", line: 2, sqlstate: "42P01" },
    ]);
  });

  test("that refuses generated rows is rehearsed with others, and says so", async () => {
    const report = await checked("alter table orders alter note type bigint using note::bigint;", {
      old: [workload({ count: "select count(*) from orders" })],
    });
    expect(brief(report)).toEqual([
      { code: "migration-refuses-rows", severity: "warning", when: "always", sqlstate: "22P02" },
    ]);
    expect(report.verdict).toBe("safe");
  });

  test("that adds a mandatory column is rehearsed on an empty table", async () => {
    const report = await checked("alter table orders add column channel text not null;", {
      old: [workload({ insert })],
    });
    expect(brief(report)).toContainEqual(
      expect.objectContaining({ code: "write-breaks", statement: "insert", sqlstate: "23502" }),
    );
  });

  test("runs its concurrent index outside a transaction", async () => {
    const report = await checked("create index concurrently by_state on orders (state);", {
      old: [workload({ insert, read })],
    });
    expect(report).toMatchObject({ verdict: "safe", findings: [] });
  });

  test("gives rows to a new table for the version that needs them", async () => {
    const report = await checked(
      "create table shops (id int primary key, name text);\nalter table orders add column shop_id int references shops (id);",
      {
        old: [workload({ insert })],
        new: [
          workload(
            { sell: "insert into orders (customer_id, amount_cents, shop_id) values ($1, $2, $3)" },
            "2.0.0",
          ),
        ],
      },
    );
    expect(report.workloads[1]).toMatchObject({ role: "new", exercised: 1 });
    expect(report).toMatchObject({ order: "schema-first", verdict: "safe" });
  });
});
