import { describe, expect, test } from "vitest";
import { parseStatements } from "../sql/parse.ts";
import { leaveOutConditions, type KeptConditions } from "./leave-out-conditions.ts";
import type { Table } from "./rows/read-tables.ts";

const payments: Table = {
  oid: 1,
  schema: "public",
  name: "payments",
  columns: [],
  foreignKeys: [],
  checks: [],
  uniques: [["id"]],
};

function relaxed(sql: string, kept: KeptConditions): string | undefined {
  const [statement] = parseStatements(sql, "a statement");
  if (statement === undefined) throw new Error("a test gives a statement");
  return leaveOutConditions(statement.node, { kept, tables: [payments] })?.replaceAll(/\s+/g, " ");
}

const settle =
  "update payments set state = 'paid' from attempts where attempts.payment = payments.id and payments.id = $1 and payments.state = 'pending'";

describe("conditions are left out", () => {
  test("but for keys and joins", () => {
    expect(relaxed(settle, "keys")).toContain(
      "WHERE attempts.payment = payments.id AND payments.id = $1 AND (payments.state = 'pending' OR true)",
    );
  });

  test("but for joins", () => {
    expect(relaxed(settle, "joins")).toContain(
      "WHERE attempts.payment = payments.id AND (payments.id = $1 OR true) AND (payments.state = 'pending' OR true)",
    );
  });

  test("all of them, and one row is written, by its key", () => {
    expect(relaxed(settle, { row: 2, stride: 1, still: false })).toContain(
      "AND payments.ctid = ((SELECT ctid FROM payments ORDER BY id LIMIT 1 OFFSET 2))",
    );
  });

  test("in every part of a statement, each further row a stride on", () => {
    const both = relaxed(
      `with a as (${settle} returning payments.id) update payments set note = 'x' from a where payments.id = a.id`,
      {
        row: 1,
        stride: 2,
        still: false,
      },
    );
    expect(both).toContain("OFFSET 1");
    expect(both).toContain("OFFSET 3");
  });

  test("where null must not come through, nor where an index is told from others, they stay", () => {
    const text = relaxed(
      "insert into cards (url) select url from payments where url is not null and state = 'paid' on conflict (url) where deleted_at is null do nothing",
      "joins",
    );
    expect(text).toContain("WHERE url IS NOT NULL AND (state = 'paid' OR true)");
    expect(text).toContain("ON CONFLICT (url) WHERE deleted_at IS NULL DO NOTHING");
    expect(text).toContain("LIMIT 1");
  });

  test("and a counter stands still where it is asked to", () => {
    const take = "update payments set left_cents = left_cents - $1, state = 'paid' where id = $2";
    expect(relaxed(take, { row: 0, stride: 1, still: true })).toContain(
      "left_cents = left_cents, state = 'paid'",
    );
    expect(relaxed(take, { row: 0, stride: 1, still: false })).toContain("left_cents = left_cents - $1");
  });

  test("not where there are none", () => {
    expect(relaxed("insert into cards (url) values ($1)", "joins")).toBeUndefined();
  });
});
