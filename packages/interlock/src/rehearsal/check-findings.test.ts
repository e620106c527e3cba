import { describe, expect, test } from "vitest";
import type { WorkloadStatement } from "../workload/workload.ts";
import { brief, insert, read, useExampleCheck, workload } from "./example-check.ts";
import type { CheckReport } from "./report/check-report.ts";
import type { Finding } from "./report/finding.ts";

const { checked } = useExampleCheck();

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
    finds: [{ code: "exceeds-limit", severity: "warning", when: "always", statement: "slow" }],
    order: "schema-first",
    verdict: "unknown",
  },
  {
    what: "a write that can't be exercised, but can't notice a column that may be left out",
    change: "alter table orders add column channel text, add column kind integer not null default 3;",
    old: { slow: "update orders set note = pg_sleep(60)::text" },
    finds: [{ code: "exceeds-limit", severity: "warning", when: "always", statement: "slow" }],
    order: "schema-first",
    verdict: "safe",
  },
];

describe("a check finds", () => {
  test.each(cases)("$what", async ({ change, old, finds, order, verdict }) => {
    const report = await checked(change, { old: [workload(old)] });
    expect(brief(report)).toEqual(finds.map((one) => expect.objectContaining(one)));
    expect({ order: report.order, verdict: report.verdict }).toEqual({ order, verdict });
  });
});
