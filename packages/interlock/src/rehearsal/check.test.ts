import { Client } from "pg";
import { describe, expect, test } from "vitest";
import { brief, insert, read, useExampleCheck, workload } from "./example-check.ts";

const example = useExampleCheck();
const { checked } = example;

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
  const client = new Client(example.shadow.connection("postgres"));
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
    expect(report).toMatchObject({
      verdict: "unknown",
      order: "schema-first",
      reasons: [expect.stringContaining("of public.orders wait depends on its size")],
    });
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
    expect(report).toMatchObject({ verdict: "safe", findings: [{ code: "scans-table", severity: "note" }] });
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
