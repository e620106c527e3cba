import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { needsAcceptance } from "./loss.ts";
import { renderPlan } from "./render-plan.ts";
import { planTestChange, type TestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

const t = "create table t (id bigint primary key, a integer not null, b text, c text not null default 'x');";
const old = ["select id, a, b, c from t where id = $1"];

interface Case extends TestChange {
  /** Each as `kind column: rows`, `!` before those that must be accepted. */
  losses: string[];
}

const cases: Record<string, Case> = {
  "a column that the old version has no place for": {
    before: t,
    migration: "alter table t add column d text",
    old,
    new: ["update t set d = $2 where id = $1"],
    losses: ['goes d: "d" is not null'],
  },
  "a column with a default loses only what differs from it": {
    before: t,
    migration: "alter table t add column d integer not null default 7",
    old,
    new: ["update t set d = $2 where id = $1"],
    losses: ['goes d: "d" is distinct from (7)'],
  },
  "a column that the old one follows loses only what that can't say": {
    before: t,
    migration:
      "alter table t add column d text; update t set d = case when a > 0 then 'some' else 'none' end; alter table t drop column a;\n-- interlock: down t.a = (case d when 'none' then 0 else 1 end)",
    old: ["select a from t", "insert into t (id, a) values ($1, $2)"],
    new: ["insert into t (id, d) values ($1, 'some')"],
    losses: [
      `goes d: "d" is not null and "d" is distinct from (CASE WHEN a > 0 THEN 'some' ELSE 'none' END)`,
      "removed a: null",
    ],
  },
  "a rename loses nothing": {
    before: t,
    migration: "alter table t rename column b to bb",
    old,
    new: ["update t set bb = $2 where id = $1"],
    losses: [],
  },
  "a table that comes with the change": {
    before: t,
    migration: "create table u (id bigint primary key)",
    old,
    new: ["insert into u (id) values ($1)"],
    losses: ["goes u: true"],
  },
  "a column that may be null": {
    before: t,
    migration: "alter table t alter a drop not null",
    old,
    new: ["insert into t (id) values ($1)"],
    losses: ['! refused a: "a" is null'],
  },
  "a check that goes": {
    before: `${t} alter table t add constraint positive check (a > 0);`,
    migration: "alter table t drop constraint positive",
    old,
    new: ["insert into t (id, a) values ($1, -1)"],
    losses: ["! refused t: ((a > 0)) is false"],
  },
  "a unique index that goes": {
    before: `${t} create unique index once on t (a);`,
    migration: "drop index once",
    old: ["insert into t (id, a) values ($1, $2)"],
    new: ["insert into t (id, a) values ($1, $2) on conflict do nothing"],
    losses: [
      '! refused t: exists (select from "public"."t" as interlock_other where interlock_other."a" = "public"."t"."a" and (interlock_other.tableoid, interlock_other.ctid) <> ("public"."t".tableoid, "public"."t".ctid))',
    ],
  },
  "nulls that are filled": {
    before: t,
    migration: "update t set b = 'none' where b is null; alter table t alter b set not null",
    old: ["insert into t (id, a) values ($1, $2)"],
    new: ["insert into t (id, a, b) values ($1, $2, $3)"],
    losses: ["! stays b: null"],
  },
  "what nothing takes back": {
    before: t,
    migration: "alter table t set (fillfactor = 70)",
    old,
    new: old,
    losses: ["! stays t: null"],
  },
  "what contract removes is the change itself": {
    before: `${t} create table u (id bigint);`,
    migration: "drop table u; alter table t drop column b",
    old,
    new: ["select a from t"],
    losses: ["removed b: null", "removed u: null"],
  },
};

describe("what is lost is said before it starts", () => {
  test.each(Object.entries(cases))("%s", async (_, { losses, ...change }) => {
    const { plan } = await planTestChange(shadow, change);
    expect(
      plan.losses.map(
        (loss) =>
          `${needsAcceptance(loss) ? "! " : ""}${loss.kind} ${loss.column ?? loss.table?.name ?? ""}: ${String(loss.rows)}`,
      ),
    ).toEqual(losses);
  });

  test("in words, with what it takes to go on", async () => {
    const { migration, before, ...statements } = cases["a column that may be null"] as Case;
    const result = await planTestChange(shadow, {
      ...statements,
      before,
      migration: `${migration}; alter table t add column d text, drop column b`,
      new: ["select a, d from t"],
    });
    expect(
      renderPlan(result)
        .split("\n")
        .filter((line) => /loss|accept/.test(line)),
    ).toMatchInlineSnapshot(`
      [
        "loss: From expand on t.a may be null. A rollback makes it mandatory again, which rows with nulls prevent.",
        "loss: A rollback drops t.d with what the new version writes to it.",
        "loss: Contract drops t.b with its values.",
        "      \`interlock ship\` begins it with --accept-loss only, since a rollback can't undo all of it",
      ]
    `);
  });
});
