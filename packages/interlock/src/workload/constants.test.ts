import { expect, test } from "vitest";
import { analyseText } from "./analyse.ts";
import { rewriteConstants } from "./constants.ts";

function rewrite(sql: string, by: "parameter" | "neutral"): string | undefined {
  const [statement] = analyseText(sql) ?? [];
  if (statement === undefined) return undefined;
  const { constants, highestParameter } = statement;
  return rewriteConstants({
    sql: statement.sql,
    constants,
    keeps: () => false,
    by,
    highestParameter,
    shared: false,
  })?.sql;
}

test.each([
  [
    "select 'a', 12, -5, 3.4, 99999999999, .5",
    "select $1, $2::integer, $3::integer, $4::numeric, $5::bigint, $6::numeric",
  ],
  ["select e'x\\'y', 'é' || $$b$$, 'con'\n'cat', U&'\\0041'", "select $1, $2 || $3, $4, $5"],
  ["select interval '1 day', date '2020-01-01', n'x'", "select $1::interval, $2::date, $3::bpchar"],
  [
    "select timestamp with time zone '2020-01-01', interval '1' day",
    "select $1::timestamp with time zone, $2::interval day",
  ],
  ["select x'1f', b'01'", "select $1::pg_catalog.bit, $2::pg_catalog.bit"],
  ["select a::varchar(20), cast('z' as numeric(10, 2))", "select a::varchar(20), cast($1 as numeric(10, 2))"],
  [
    "select a from t group by 1 order by 1 limit 10 offset 5",
    "select a from t group by 1 order by 1 limit 10 offset 5",
  ],
  [
    "select extract(year from a), extract('day' from a)",
    "select extract(year from a), extract('day' from a)",
  ],
  [
    "select true, null from t where a = $2 and b = 'x' and c in (1, 2)",
    "select true, null from t where a = $2 and b = $3 and c in ($4::integer, $5::integer)",
  ],
  ["call p(7, 'x')", "call p($1::integer, $2)"],
])("%s", (sql, expected) => {
  expect(rewrite(sql, "parameter")).toBe(expected);
});

test("where no parameter can stand, a neutral value of the same type does", () => {
  expect(
    rewrite(
      "copy (select 'Ada', 7, date '1815-12-10', uuid '0' from t) to stdout with (delimiter ',')",
      "neutral",
    ),
  ).toBe(
    "copy (select '', 0, '2000-01-01'::date, '00000000-0000-0000-0000-000000000000'::uuid from t) to stdout with (delimiter ',')",
  );
});

test("comments are taken out, names in them are not, and statements keep their places", () => {
  const text = `-- name: GetUser :one
    select 1 /* Ada */ from users; /* name: list-users */ select 2 -- select 2
    ; select '-- name: no' from users`;
  expect(analyseText(text)?.map(({ sql, name }) => [sql, name])).toEqual([
    ["select 1 from users", "GetUser"],
    ["select 2", "list-users"],
    ["select '-- name: no' from users", undefined],
  ]);
});

function kinds(text: string): string[] | undefined {
  return analyseText(text)?.map(({ kind }) => kind);
}

test("each kind is told from the others", () => {
  expect(
    kinds(`begin; set a = 1; select 1; table t; values (1); select 1 into x; create table y (); do $$ $$; vacuum;
      explain select 1; fetch 1 from c; merge into t using s on true when matched then do nothing; lock t; truncate t`),
  ).toEqual([
    "transaction-control",
    "session-setting",
    "workload",
    "workload",
    "workload",
    "structural",
    "structural",
    "anonymous-block",
    "maintenance",
    "maintenance",
    "session-setting",
    "workload",
    "workload",
    "workload",
  ]);
  expect(kinds("")).toEqual([]);
  expect(kinds("-- nothing")).toEqual([]);
  expect(kinds("selec")).toBeUndefined();
});
