import { array, assert, constantFrom, oneof, property, string } from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStatements } from "../../sql/parse.ts";
import { alignGroups } from "./align-groups.ts";
import { qualifyNames } from "./qualify-names.ts";
import { repairPlaceholders } from "./repair-placeholders.ts";

describe("placeholders where PostgreSQL takes none", () => {
  test.each([
    ["select now() - interval $1", "select now() - $1::interval"],
    ["select interval $1 day to second (3)", "select $1::interval day to second ( 3 )"],
    ["select interval(3) $1 from t where d = date $2", "select $1::interval(3) from t where d = $2::date"],
    ["select timestamp(3) with time zone $1", "select $1::timestamp(3) with time zone"],
    ["select at at time zone $1 from t", "select at at time zone $1 from t"],
    ["select double precision $1, bit varying(8) $2", "select $1::double precision, $2::bit varying(8)"],
    ['select foo."Mood" $1, n $2', 'select $1::foo."Mood", $2::bpchar'],
    ["select extract($1 from at), $2 from t", "select extract(epoch from at), $1 from t"],
    [
      "select extract($1 from at) from t group by extract(year from at)",
      "select extract(year from at) from t group by extract(year from at)",
    ],
    [
      "select * from json_table($1::jsonb, $2 columns (a int path '$'))",
      "select * from json_table($1::jsonb, '$' columns (a int path '$'))",
    ],
    ["select id from t where id in ($1 /*, ... */)", "select id from t where id in ($1)"],
    [
      "select a between $1 and $2, f($3), x like $4 escape $5, case when $6 then $7 end from t limit $8",
      "select a between $1 and $2, f($3), x like $4 escape $5, case when $6 then $7 end from t limit $8",
    ],
  ])("%s", (kept, repaired) => {
    expect(repairPlaceholders(kept)).toBe(repaired);
    expect(parseStatements(repaired, "it")).toHaveLength(1);
  });

  test("any text comes back without an error", () => {
    const words = [
      "interval",
      "date",
      "$1",
      "$22",
      "(",
      ")",
      ",",
      "extract",
      "from",
      "json_table",
      "x",
      "'",
      '"',
      "/*",
      "é",
      "\0",
      "😀",
      "\uD800",
      " ",
      "day",
      ".",
      "timestamp",
      "with",
      "time",
      "zone",
      "3",
      "::",
    ];
    assert(
      property(
        oneof(
          array(constantFrom(...words)).map((some) => some.join(" ")),
          string(),
        ),
        (text) => {
          repairPlaceholders(text);
          expect(repairPlaceholders(text.replaceAll(/[$/]/g, " "))).toBe(text.replaceAll(/[$/]/g, " "));
          alignGroups(text);
          qualifyNames(text, () => "s");
        },
      ),
      { numRuns: 50 },
    );
  });
});

test.each([
  [
    "select date_trunc($1, at) x, count(*) from t where a = $2 group by date_trunc($3, at) order by date_trunc($4, at), 1",
    "select date_trunc($1, at) x, count(*) from t where a = $2 group by date_trunc($1, at) order by date_trunc($1, at), 1",
  ],
  [
    "select case when id > $1 then $2 else $3 end from t group by case when id > 5 then 'big' else 'small' end",
    "select case when id > $1 then $2 else $3 end from t group by case when id > $1 then $2 else $3 end",
  ],
  [
    "select distinct on (date_trunc('day', at)) * from t order by date_trunc($1, at)",
    "select distinct on (date_trunc($1, at)) * from t order by date_trunc($1, at)",
  ],
  [
    "with a as (select x / $1 from t group by x / $2) select y / $3 from a",
    "with a as (select x / $1 from t group by x / $1) select y / $2 from a",
  ],
  ["select a, $1 from t group by a order by 1", "select a, $1 from t group by a order by 1"],
])("equal expressions have equal placeholders: %s", (kept, aligned) => {
  expect(alignGroups(kept)).toBe(aligned);
});

test.each([
  ["select t.a from t join u on u.id = t.id", "select t.a from app.t join u on u.id = t.id"],
  ["with t as (select 1) select * from t", "with t as (select 1) select * from t"],
  ["insert into t (a) select a from public.t", "insert into app.t (a) select a from public.t"],
  ["update t set é = 'ö' from t x where x.a = t.a", "update app.t set é = 'ö' from app.t x where x.a = t.a"],
])("schemas are written where the search path is not there: %s", (sql, qualified) => {
  expect(qualifyNames(sql, (name) => (name === "t" ? "app" : undefined))).toBe(qualified);
});
