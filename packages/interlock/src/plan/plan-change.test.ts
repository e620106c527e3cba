import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { Failure } from "../std/failure.ts";
import { renderPlan } from "./render-plan.ts";
import { outline, planTestChange, type TestChange } from "./testing-change.ts";

let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(async () => {
  await shadow.close();
});

const t = "create table t (id bigint primary key, a integer not null, b text, c text not null default 'x');";
const sel = [
  "select id, a, b, c from t where id = $1",
  "insert into t (id, a, b) values ($1, $2, $3)",
  "update t set a = $2 where id = $1",
];

// What each change becomes, proved for real; the outline is the answer. More of them, kind by kind, are in cases/.
const planned: Record<string, TestChange> = {
  "add a column that two UPDATEs fill": {
    before: t,
    migration:
      "alter table t add column d integer; update t set d = a where b is null; update t set d = 0 where d is null; alter table t alter d set not null",
    old: sel,
    new: ["insert into t (id,a,d) values ($1,$2,$3)"],
  },
  "add columns with constraints of their own": {
    before: t + "create table r (id bigint primary key);",
    migration:
      "alter table t add column d bigint references r (id), add column e integer check (e > 0), add column f text unique",
    old: sel,
    new: ["insert into t (id,a,d,e,f) values ($1,$2,$3,$4,$5) on conflict (f) do nothing"],
  },
  "rename a column with indexes": {
    before: t + "create index ti on t (b); create unique index tu on t (b, a);",
    migration: "alter table t rename column b to bb",
    old: sel,
    new: [
      "insert into t (id,a,bb) values ($1,$2,$3) on conflict (bb, a) do update set c = excluded.c",
      "select bb from t where bb = $1",
    ],
  },
  "rename the primary key": {
    before: t,
    migration: "alter table t rename column id to key",
    old: [...sel, "insert into t (id,a) values ($1,$2) on conflict (id) do nothing"],
    new: [
      "insert into t (key,a) values ($1,$2) on conflict (key) do update set a = excluded.a",
      "update t set a = $2 where key = $1",
    ],
  },
  "widen columns with unique and foreign keys": {
    before:
      "create table r (id integer primary key); create table t (id bigint primary key, v integer unique default 3, w integer references r (id));",
    migration: "alter table t alter v type bigint, alter w type bigint",
    old: ["insert into t (id, v) values ($1, $2) on conflict (v) do nothing"],
    new: ["select v from t"],
  },
  "update rows": { before: t, migration: "update t set b = lower(b)", old: sel, new: sel },
  "add a mapped column with a default": {
    before: t,
    migration: "alter table t add column d text not null default 'n'; update t set d = 'y' where a > 5",
    old: sel,
    new: ["insert into t (id,a,d) values ($1,$2,$3)", "insert into t (id,a) values ($1,$2)"],
  },
  "a table without a key": {
    before: "create table t (a integer, b boolean not null default false)",
    migration:
      "alter table t add column s text; update t set s = case when b then 'y' else 'n' end; -- interlock: down t.b = (s = 'y')\nalter table t alter s set not null, drop column b",
    old: ["insert into t (a, b) values ($1, $2)", "select b from t"],
    new: ["insert into t (a, s) values ($1, 'y')", "update t set s = 'n' where a = $1"],
  },
  "a mapping that reads another table": {
    before: t + "create table r (id bigint primary key, name text not null);",
    migration:
      "alter table t add column d text;\n-- interlock: up t.d = (select r.name from r where r.id = t.a)\nupdate t set d = r.name from r where r.id = t.a;",
    old: sel,
    new: ["select d from t"],
  },
  "rename a column and make it mandatory": {
    before: t,
    migration: "alter table t rename column b to bb; alter table t alter bb set not null",
    old: ["insert into t (id,a,b) values ($1,$2,$3)"],
    new: ["insert into t (id,a,bb) values ($1,$2,$3)"],
  },
  "a mapping that reads a generated column": {
    before:
      "create table g (id bigint primary key, x integer not null, y integer generated always as (x * 2) stored)",
    migration:
      "alter table g add column z integer; update g set z = y + 1; alter table g alter z set not null",
    old: ["insert into g (id, x) values ($1, $2)"],
    new: ["select z from g"],
  },
  "many simple operations at once": {
    before: `create table a (id bigint primary key, b text, c integer not null, d integer default 3, e text);
      create index a_c on a (c); create table gone (id bigint primary key); create type kind as enum ('x');`,
    migration: `alter table a add column f text, add column g integer not null default 5;
      drop index a_c;
      alter table a drop column e;
      alter table a alter b set not null, alter c drop not null, alter c set default 7, alter d drop default;
      alter table a add constraint positive check (c > 0);
      create index on a (lower(b));
      create table n (id bigint primary key references a (id), x text); create index on n (x);
      alter table n add column y text; comment on table n is 'x';
      drop table gone; alter type kind add value 'y'; comment on column a.b is 'mandatory';`,
    old: ["insert into a (id, b, c, e) values ($1, $2, $3, $4)", "select e from a", "select id from gone"],
    new: [
      "insert into a (id, b, f, g) values ($1, $2, $3, $4)",
      "select x from n",
      "update a set d = $2 where id = $1",
    ],
  },
};

test.each(Object.entries(planned))("%s", async (_, change) => {
  const { plan, proof } = await planTestChange(shadow, change);
  expect(outline(plan)).toMatchSnapshot();
  expect(proof.broken).toBe(0);
});

// Refused, with the code and the words that a user needs.
const refused: Record<string, { change: TestChange; code: string; says: RegExp }> = {
  "a mandatory column without a mapping": {
    change: { before: t, migration: "alter table t add column d integer not null", old: sel },
    code: "mapping-missing",
    says: /-- interlock: up t\.d = \(expression of type integer\)/,
  },
  "a mandatory column that the new version leaves out": {
    change: {
      before: t,
      migration: "alter table t drop column a",
      old: sel,
      new: ["insert into t (id) values ($1)"],
    },
    code: "mapping-missing",
    says: /-- interlock: down t\.a = \(expression of type integer\)/,
  },
  "a split without its reverse": {
    change: {
      before: "create table p (id bigint primary key, name text not null);",
      migration:
        "alter table p add column first text, add column last text;\nupdate p set first = split_part(name, ' ', 1), last = split_part(name, ' ', 2);\nalter table p drop column name;",
      old: ["insert into p (id, name) values ($1, $2)"],
      new: ["insert into p (id, first, last) values ($1, $2, $3)"],
    },
    code: "mapping-missing",
    says: /-- interlock: down p\.name = \(expression of type text\)/,
  },
  "a column set from another table": {
    change: {
      before: `${t}create table r (id bigint primary key, name text);`,
      migration: "alter table t add column d text; update t set d = r.name from r where r.id = t.a",
    },
    code: "mapping-missing",
    says: /-- interlock: up t\.d/,
  },
  "the type of a column in an exclusion constraint": {
    change: {
      before: "create table t (id bigint primary key, r int4range, exclude using gist (r with &&))",
      migration: "alter table t alter r type text using r::text::int8range::text",
    },
    code: "migration-does-not-apply",
    says: /operator class/,
  },
  "a default that both versions rely on": {
    change: {
      before: t,
      migration: "alter table t alter c set default 'y'",
      old: ["insert into t (id,a) values ($1,$2)"],
      new: ["insert into t (id,a) values ($1,$2)"],
    },
    code: "ambiguous-default",
    says: /send t\.c itself/,
  },
  "rows moved while they are written": {
    change: {
      before: t,
      migration: "create table n (id bigint primary key); insert into n select id from t",
      old: sel,
      new: ["select id from n"],
    },
    code: "cannot-plan",
    says: /app@1 goes on writing/,
  },
  "an update that is not the same twice": {
    change: { before: t, migration: "update t set a = a * 100", old: sel, new: sel },
    code: "cannot-plan",
    says: /changed twice/,
  },
  "a mapping of another type": {
    change: {
      before: t,
      migration: "alter table t add column d integer;\n-- interlock: up t.d = (b)\nselect 1",
      old: sel,
    },
    code: "mapping-not-valid",
    says: /change\.sql:2/,
  },
  "a mapping of no column": {
    change: {
      before: t,
      migration: "\n-- interlock: down t.zzz = (b)\nalter table t drop column b",
      old: sel,
    },
    code: "mapping-not-valid",
    says: /has no column zzz/,
  },
  "a comment that is no mapping": {
    change: { before: t, migration: "-- interlock: sideways t.a = 1\nalter table t add column d text" },
    code: "mapping-not-valid",
    says: /change\.sql:1/,
  },
  "a view under running statements": {
    change: {
      before: `${t}create view v as select id, a, b from t`,
      migration: "drop view v; create view v as select id, c from t",
      old: ["select b from v"],
      new: ["select c from v"],
    },
    code: "plan-refused",
    says: /app@2#s1 fails before/,
  },
  "a rewrite under a lock": {
    change: { before: t, migration: "alter table t set unlogged" },
    code: "plan-refused",
    says: /writes .*t anew/,
  },
  "a migration that does not apply": {
    change: { before: t, migration: "alter table nowhere add column d text" },
    code: "migration-does-not-apply",
    says: /change\.sql:1: 42P01/,
  },
};

describe("refused:", () => {
  test.each(Object.entries(refused))("%s", async (_, { change, code, says }) => {
    const failure = await planTestChange(shadow, change).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (!(failure instanceof Failure)) throw new Error(`not refused: ${String(failure)}`);
    expect(failure.code).toBe(code);
    expect([failure.message, failure.why, failure.next].join("\n")).toMatch(says);
  });
});

test("the line that is asked for makes the change go", async () => {
  const change = {
    before: t,
    migration: "alter table t drop column a",
    old: sel,
    new: ["insert into t (id) values ($1)"],
  };
  const asked = await planTestChange(shadow, change).catch((error: unknown) => error);
  const line = asked instanceof Failure ? asked.next?.split("\n").at(-1) : undefined;
  const given = line?.replace(/\(expression of type integer\)/, "(0)");
  const { plan } = await planTestChange(shadow, {
    ...change,
    migration: `${given ?? ""}\n${change.migration}`,
  });
  expect(outline(plan)).toEqual(["expand-1 ddl: sync t: a ←", "contract-1 ddl: drop the sync, t.a"]);
});

test("the same change on the same schema has the same id, and on another schema another", async () => {
  const change = { before: t, migration: "alter table t add column d text" };
  const one = await planTestChange(shadow, change);
  const again = await planTestChange(shadow, change);
  const other = await planTestChange(shadow, { ...change, before: `${t} create table u (a integer)` });
  expect(again.plan.id).toBe(one.plan.id);
  expect(other.plan.id).not.toBe(one.plan.id);
});

test("a plan reads like a plan", async () => {
  const result = await planTestChange(shadow, {
    before: "create table payments (id bigint primary key, is_paid boolean not null default false)",
    migration: `alter table payments add column status text;
update payments set status = case when is_paid then 'paid' else 'created' end;
alter table payments alter column status set not null;
-- interlock: down payments.is_paid = (status = 'paid')
alter table payments drop column is_paid;`,
    old: ["insert into payments (id, is_paid) values ($1, $2)"],
    new: ["insert into payments (id, status) values ($1, $2)"],
  });
  const proof = { ...result.proof, postgres: "18", tookMs: 1_000 };
  expect(renderPlan({ plan: result.plan, proof })).toMatchSnapshot();
});
