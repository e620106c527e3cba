import { describe, expect, test } from "vitest";
import { brief, useExampleCheck, workload } from "./example-check.ts";

const { checked } = useExampleCheck();

const start = `
create table payments (id text primary key check (id like 'pay_%'), state text not null default 'open' check (state in ('open', 'paid')), amount_cents integer not null check (amount_cents between 99 and 2000));
create table operations (reference text primary key, subject_id text not null, state text not null check (state in ('pending', 'done')), amount_cents integer not null check (amount_cents > 0));`;

// No foreign key leads from the operation to its payment, and both have to be in the right state.
const settle = `with operation as (
  update operations set state = 'done' where reference = $1 and state = 'pending' returning subject_id, amount_cents)
update payments set state = 'paid', amount_cents = operation.amount_cents from operation
 where payments.id = operation.subject_id and payments.state = 'open'`;

/** The same with a condition that nobody can make a row for. */
const settleSome = `${settle} and md5(payments.id) = 'no such digest'`;

describe("a write whose rows can be made", () => {
  test("breaks where it fails with them, and that is proven", async () => {
    const report = await checked(
      "alter table payments add constraint open check (state = 'open') not valid;",
      {
        start,
        old: [workload({ settle })],
      },
    );
    expect(report.verdict).toBe("unsafe");
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: "write-breaks",
        statement: "settle",
        sqlstate: "23514",
        line: 1,
        proven: true,
      }),
    );
  });
});

describe("a write whose conditions no made-up row meets", () => {
  test("is exercised without them, so that a change which it can live with is safe", async () => {
    const report = await checked("create index concurrently by_state on payments (state, amount_cents);", {
      start,
      old: [workload({ settle: settleSome })],
    });
    expect(report.workloads).toMatchObject([{ exercised: 1, works: "yes" }]);
    expect(report.verdict).toBe("safe");
    expect(brief(report)).toEqual([]);
  });

  test("is never said to work where it fails without them, nor to break", async () => {
    const report = await checked(
      "alter table payments add constraint open check (state = 'open') not valid;",
      {
        start,
        old: [workload({ settle: settleSome })],
      },
    );
    expect(report).toMatchObject({ verdict: "unknown" });
    expect(report.findings).toContainEqual(
      expect.objectContaining({
        code: "not-exercised",
        message: expect.stringContaining("without its conditions it fails: 23514"),
      }),
    );
    expect(brief(report)).toHaveLength(1);
  });

  test("still breaks where it can't be prepared", async () => {
    const report = await checked("alter table payments rename state to status;", {
      start,
      old: [workload({ settle: settleSome })],
    });
    expect(report.verdict).toBe("unsafe");
    expect(brief(report)).toMatchObject([{ code: "statement-breaks" }]);
  });
});
