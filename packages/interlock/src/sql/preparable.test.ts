import { expect, test } from "vitest";
import { preparable } from "./preparable.ts";

test.each([
  ["select 1", ["select 1"]],
  [
    'copy payments (id, "Odd") from stdin',
    ['insert into "payments" ("id", "Odd") overriding system value values ($1, $2)'],
  ],
  ["COPY public.payments FROM STDIN (format csv)", ['select from "public"."payments"']],
  ["copy payments to stdout", ['select * from "payments"']],
  ["copy payments (id) to stdout", ['select "id" from "payments"']],
  [
    "truncate payments, only tenant.refunds cascade",
    ['select from "payments"', 'select from "tenant"."refunds"'],
  ],
  ["lock table payments in share mode", ['select from "payments"']],
  ["refresh materialized view concurrently totals", ['select from "totals"']],
  ["begin; select 1; select 2; commit", ["select 1", "select 2"]],
  ["select ';'", ["select ';'"]],
  ["select truncate from lock_times", ["select truncate from lock_times"]],
  ["copy is not sql at all;", ["copy is not sql at all;"]],
])("%s", (sql, texts) => {
  expect(preparable(sql)).toEqual(texts);
});

test("the query of a copy stands for it, whatever its layout", () => {
  const [text] = preparable("copy (select id, amount\n from payments where id > 1) to stdout");
  expect(text?.replaceAll(/\s+/g, " ").toLowerCase()).toBe("select id, amount from payments where id > 1");
});
