import { describe, expect, test } from "vitest";
import type { CheckReport } from "../../check-report.ts";
import { renderText } from "./render-text.ts";

const report: CheckReport = {
  format: "interlock-check/1",
  verdict: "unsafe",
  order: "split",
  deploy: "schema-first",
  reasons: [],
  files: [
    {
      path: "migrations/0042_status.sql",
      steps: [
        {
          line: 4,
          sql: "update payments set status = 'paid'",
          locks: [],
          rewrites: [],
          scans: [],
          blocks: [],
          waits: [],
          duration: null,
        },
        {
          line: 7,
          sql: "alter table payments\n  drop column is_paid,\n  drop column is_refunded",
          locks: [{ relation: "public.payments", mode: "AccessExclusiveLock" }],
          rewrites: [],
          scans: [],
          blocks: [],
          waits: [],
          duration: null,
        },
      ],
    },
  ],
  workloads: [
    {
      app: "payments",
      version: "2.2.0",
      role: "old",
      statements: 16,
      exercised: 15,
      brokenAtBaseline: 1,
      works: "yes",
      why: [],
    },
    {
      app: "payments",
      version: "2.3.0",
      role: "new",
      statements: 17,
      exercised: 17,
      brokenAtBaseline: 0,
      works: "yes",
      why: [],
    },
  ],
  findings: [
    ...["insert-payment", "list-payments", "get-payment", "refund-payment"].map(
      (statement, index) =>
        ({
          code: "statement-breaks",
          severity: "error",
          when: "after-change",
          app: "payments@2.2.0",
          statement,
          ...(index === 0 ? { calls: 1_204 } : {}),
          file: "migrations/0042_status.sql",
          line: 7,
          sqlstate: "42703",
          message: 'column "is_paid" does not exist',
          hint: "Split the change.",
          proven: true,
        }) as const,
    ),
    {
      code: "broken-at-baseline",
      severity: "warning",
      when: "always",
      app: "payments@2.2.0",
      statement: "old-report",
      sqlstate: "42P01",
      message: 'relation "reports" does not exist',
    },
    {
      code: "statement-breaks",
      severity: "note",
      when: "before-change",
      app: "payments@2.3.0",
      statement: "insert-payment",
      sqlstate: "42703",
      message: 'column "status" of relation "payments" does not exist',
    },
  ],
  shadow: { version: "18.4" },
  durationMs: 1_312,
};

const plain = { colour: false, verbose: false, width: undefined };

describe("the text of a report", () => {
  test("that is unsafe", () => {
    expect(renderText(report, plain)).toMatchInlineSnapshot(`
      "✗ unsafe: structure and application can be deployed in neither order. Split the change.

        migrations/0042_status.sql
         7 │ alter table payments drop column is_paid, drop column is_refunded
           │ error[statement-breaks] 4 of 16 statements of payments@2.2.0 stop working
           │   42703 column "is_paid" does not exist
           │     insert-payment  1,204 calls
           │     list-payments
           │     get-payment
           │     refund-payment
           │   → Split the change.

        warning[broken-at-baseline] old-report of payments@2.2.0 fails where it should be at home
          42P01 relation "reports" does not exist

        The other way round, insert-payment of payments@2.3.0 fails before the change:
          42703 column "status" of relation "payments" does not exist

        rehearsed on PostgreSQL 18.4 in 1.3 s · payments@2.2.0: 15 of 16 exercised, 1 broken before · payments@2.3.0: 17 of 17 exercised
        about: npx interlock explain statement-breaks broken-at-baseline
        next: npx interlock plan migrations/0042_status.sql
      "
    `);
  });

  test("with everything", () => {
    const text = renderText(report, { ...plain, verbose: true });
    for (const { statement } of report.findings) expect(text).toContain(statement);
    expect(text).not.toContain("--verbose");
  });

  test("that is safe has three lines", () => {
    const safe: CheckReport = { ...report, verdict: "safe", order: "any", findings: [] };
    expect(renderText(safe, plain)).toMatchInlineSnapshot(`
      "✓ safe: structure and application can be deployed in any order.
        rehearsed on PostgreSQL 18.4 in 1.3 s · payments@2.2.0: 15 of 16 exercised, 1 broken before · payments@2.3.0: 17 of 17 exercised
        next: deploy structure and application in any order
      "
    `);
    expect(renderText(safe, plain).trimEnd().split("\n")).toHaveLength(3);
  });

  test("that is unknown says what is missing and how to give it", () => {
    const unknown: CheckReport = {
      ...report,
      verdict: "unknown",
      order: null,
      findings: [],
      workloads: [],
      reasons: ["the workload of the version that runs now is missing: give it with --old"],
    };
    expect(renderText(unknown, plain)).toMatchInlineSnapshot(`
      "? unknown: one thing is missing to answer.

        - the workload of the version that runs now is missing: give it with --old

        rehearsed on PostgreSQL 18.4 in 1.3 s
        next: ask the running database what is sent to it, or record what the version that runs now sends
              npx interlock check migrations/0042_status.sql --database "$DATABASE_URL"
              npx interlock record --app APP@VERSION --samples --database "$DATABASE_URL" -- npm test
              npx interlock check migrations/0042_status.sql --old workloads/APP@VERSION.json
      "
    `);
  });

  test("of a migration that does not apply", () => {
    const failed: CheckReport = {
      ...report,
      verdict: "unknown",
      order: null,
      reasons: ["the migration does not apply to the baseline"],
      findings: [
        {
          code: "migration-does-not-apply",
          severity: "error",
          when: "always",
          file: "migrations/0042_status.sql",
          line: 7,
          sqlstate: "42703",
          message: 'column "is_paid" does not exist',
          hint: "Correct the migration.",
        },
      ],
    };
    expect(renderText(failed, plain)).toMatchInlineSnapshot(`
      "? unknown: one thing is missing to answer.

        - the migration does not apply to the baseline

        migrations/0042_status.sql
         7 │ alter table payments drop column is_paid, drop column is_refunded
           │ error[migration-does-not-apply] 42703 column "is_paid" does not exist
           │   → Correct the migration.

        rehearsed on PostgreSQL 18.4 in 1.3 s · payments@2.2.0: 15 of 16 exercised, 1 broken before · payments@2.3.0: 17 of 17 exercised
        about: npx interlock explain migration-does-not-apply
        next: correct migrations/0042_status.sql:7, or give the schema that it is made for
              npx interlock check migrations/0042_status.sql --baseline DIRECTORY|FILE…
      "
    `);
  });

  test("has colours only when it is asked to", () => {
    expect(renderText(report, plain)).not.toContain("\u001B[");
    expect(renderText(report, { ...plain, colour: true })).toContain("\u001B[31m");
  });
});
