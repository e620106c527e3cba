import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CulpritReason } from "../../api/culprits.ts";
import type { Candidate, TroubleFacts } from "./facts.ts";
import { namesIn, sqlstatesIn, wordsOf } from "./names-in.ts";
import { rankCulprits, weights } from "./rank-culprits.ts";

const start = new Date("2024-12-17T13:17:00Z");

function before(minutes: number): Date {
  return new Date(start.getTime() - minutes * 60_000);
}

function structural(number: number, sql: string, change: Partial<Candidate> = {}): Candidate {
  const key = `ddl production/main ${String(number)}`;
  return {
    key,
    kind: "structural-change",
    title: sql,
    statement: sql,
    at: before(9),
    who: "ada",
    appVersion: null,
    apps: [],
    databases: ["main"],
    tables: [],
    names: wordsOf(sql),
    ddl: [key],
    overrides: [],
    pastGate: undefined,
    wayOut: null,
    ...change,
  };
}

function release(appVersion: string, change: Partial<Candidate> = {}): Candidate {
  return {
    ...structural(0, ""),
    key: `release ${appVersion}`,
    kind: "release",
    title: appVersion,
    appVersion,
    apps: [appVersion.split("@")[0] ?? ""],
    names: new Set(),
    ddl: [],
    ...change,
  };
}

const renaming = structural(12, "alter table payments rename column amount to amount_cents", {
  tables: ["public.payments"],
});
const december: TroubleFacts = {
  startedAt: start,
  apps: ["payments"],
  tables: ["public.payments"],
  broken: [
    {
      appVersion: "payments@2.2.0",
      database: "main",
      name: "create-payment",
      sqlstate: "42703",
      message: 'column "amount" of relation "payments" does not exist',
    },
  ],
  named: ["ddl production/main 12"],
  errors: ['step 1 “create”: status 500: {"error":"column \\"amount\\" does not exist (42703)"}'],
  partial: [
    {
      database: "main",
      appVersion: "payments@2.2.0",
      why: "statements do not prepare: create-payment",
      beganAt: before(8),
    },
  ],
};

function kindsOf(reasons: readonly CulpritReason[] | undefined): string[] {
  return (reasons ?? []).map(({ kind }) => kind);
}

describe("the 17 December", () => {
  test("names the structural change, with what ties it to the outage", () => {
    const others = [
      structural(11, "create index on customers (name)", { at: before(2), tables: ["public.customers"] }),
      release("terminals@1.1.0", { at: before(1) }),
      release("payments@2.1.9", { at: before(3) }),
    ];
    const [first, ...rest] = rankCulprits(december, [...others, renaming]);
    expect(first).toMatchObject({ key: renaming.key, rank: 1, hasEvidence: true });
    expect(kindsOf(first?.reasons)).toEqual([
      "alarm-names-it",
      "broken-statement",
      "error-text",
      "partial-deployment",
      "same-sqlstate",
      "same-table",
      "time",
    ]);
    expect(rest.map(({ hasEvidence }) => hasEvidence)).toEqual([false, false, false]);
  });

  test("without the watch, what probes saw is enough", () => {
    const seen = { ...december, broken: [], named: [], partial: [] };
    const [first] = rankCulprits(seen, [
      structural(11, "alter table payments add column note text", { at: before(1) }),
      renaming,
    ]);
    expect(first).toMatchObject({ key: renaming.key, hasEvidence: true });
    expect(kindsOf(first?.reasons)).toContain("error-text");
  });

  test("of two changes of the same table it is the one that the errors name", () => {
    const other = structural(13, "alter table payments add column note text", {
      at: before(1),
      tables: ["public.payments"],
    });
    const [first, second] = rankCulprits({ ...december, named: [] }, [other, renaming]);
    expect(first?.key).toBe(renaming.key);
    expect(second?.key).toBe(other.key);
  });
});

test("time and closeness alone make nothing a culprit", () => {
  const nothing = { ...december, broken: [], named: [], errors: ["no answer within 1000 ms"], partial: [] };
  const all = rankCulprits(nothing, [
    renaming,
    release("payments@2.3.0", {
      at: before(0),
      overrides: [{ by: "bob", reason: "in a hurry" }],
      pastGate: "nothing held it",
    }),
  ]);
  expect(all.map(({ hasEvidence }) => hasEvidence)).toEqual([false, false]);
  expect(all[0]?.reasons.every(({ isEvidence }) => !isEvidence)).toBe(true);
});

test("what was changed after the beginning did not begin it", () => {
  const late = structural(14, "alter table payments rename column amount to b", {
    at: new Date(start.getTime() + 60_000),
  });
  expect(rankCulprits(december, [late])).toEqual([]);
});

test("a release whose statements do not prepare, or that is named, is a culprit", () => {
  const broken = december.broken.map((one) => ({ ...one, appVersion: "payments@2.3.0" }));
  const [first] = rankCulprits({ ...december, named: [], broken }, [
    release("payments@2.3.0"),
    release("payments@2.2.0"),
  ]);
  expect(first).toMatchObject({ key: "release payments@2.3.0", hasEvidence: true });
  const [named] = rankCulprits({ ...december, named: [], broken: [], errors: ["payments@2.3.0 crashed"] }, [
    release("payments@2.3.0"),
  ]);
  expect(kindsOf(named?.reasons)).toContain("version-named");
});

test.each([
  ['column "amount" of relation "payments" does not exist', ["amount", "payments"]],
  ["column p.amount does not exist", ["amount"]],
  ["column amount does not exist", ["amount"]],
  ['{"error":"relation \\"public.payments\\" does not exist"}', ["payments"]],
  ["function total(integer) does not exist", ["total"]],
  ["null value in column 'state' violates", ["state"]],
  ["the column of the report is too wide", []],
  ["no answer within 1000 ms", []],
])("the names in %s", (text, names) => {
  expect([...namesIn(text)].toSorted()).toEqual(names.toSorted());
});

test("SQLSTATEs are those of a structure that does not fit", () => {
  expect([...sqlstatesIn("error 42703, not 12345 nor 00000")]).toEqual(["42703"]);
});

test("no evidence weighs more than everything that is none together", () => {
  const evidence = [
    "alarm-names-it",
    "broken-statement",
    "version-broken",
    "error-text",
    "partial-deployment",
    "version-named",
    "same-sqlstate",
  ];
  const others = Object.entries(weights).filter(([kind]) => !evidence.includes(kind));
  const sum = others.reduce((total, [, weight]) => total + weight, 0);
  for (const [kind, weight] of Object.entries(weights)) {
    expect(evidence.includes(kind) ? weight > sum : weight < sum).toBe(true);
  }
});

const names = ["amount", "state", "reference", "customer", "created_at", "currency", "paid", "token"];
const irrelevant = fc.record({
  name: fc.constantFrom("alpha", "beta", "gamma", "delta"),
  minutes: fc.integer({ min: 0, max: 2_000 }),
  sharesTable: fc.boolean(),
  isRelease: fc.boolean(),
  isOverridden: fc.boolean(),
});
const history = fc.record({
  column: fc.constantFrom(...names),
  minutes: fc.integer({ min: 0, max: 1_400 }),
  others: fc.array(irrelevant, { maxLength: 20 }),
  sees: fc.subarray(["alarm", "statement", "error"], { minLength: 1 }),
});

test("whatever else was changed, however lately, an irrelevant change never stands above one with evidence", () => {
  fc.assert(
    fc.property(history, ({ column, minutes, others, sees }) => {
      const culprit = structural(1, `alter table payments rename column ${column} to other`, {
        at: before(minutes),
        tables: ["public.payments"],
      });
      const rest = others.map(({ name, minutes: ago, sharesTable, isRelease, isOverridden }, index) => {
        const change: Partial<Candidate> = {
          at: before(ago),
          overrides: isOverridden ? [{ by: "bob", reason: "why not" }] : [],
          tables: sharesTable ? ["public.payments"] : ["public.others"],
          pastGate: isOverridden ? "nothing held it" : undefined,
        };
        return isRelease
          ? release(`payments@9.${String(index)}`, change)
          : structural(index + 2, `alter table payments add column ${name} text`, change);
      });
      const message = `column "${column}" does not exist`;
      const trouble: TroubleFacts = {
        ...december,
        named: sees.includes("alarm") ? [culprit.key] : [],
        broken: sees.includes("statement")
          ? [{ appVersion: "payments@2.2.0", database: "main", name: "a", sqlstate: "42703", message }]
          : [],
        errors: sees.includes("error") ? [message] : [],
        partial: [],
      };
      const ranked = rankCulprits(trouble, [...rest, culprit]);
      expect(ranked[0]?.key).toBe(culprit.key);
      expect(ranked.filter(({ hasEvidence }) => hasEvidence).map(({ key }) => key)).toEqual([culprit.key]);
      // The order in which they are read makes no difference.
      expect(rankCulprits(trouble, [culprit, ...rest.toReversed()])).toEqual(ranked);
    }),
    { numRuns: 300 },
  );
});
