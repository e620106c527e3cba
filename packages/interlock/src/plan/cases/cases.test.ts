import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { subjects } from "./all.ts";
import { operationsTable } from "./operations-table.ts";
import { runCase, sayingsOf } from "./run-case.ts";

let shadow: Shadow;
/** What becomes of each case. */
const said = new Map<string, string[]>();
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

const cases = subjects.flatMap((subject) => subject.cases);

test("every case has a name of its own, and everything in the operations table has a case", () => {
  expect(new Set(cases.map(({ what }) => what)).size).toBe(cases.length);
  const kinds = Object.values(operationsTable).flat();
  expect(kinds.filter((kind) => cases.every((one) => one.kind !== kind))).toEqual([]);
});

describe.concurrent.each(subjects)("$name", (subject) => {
  test.each(subject.cases)("$what", async (one) => {
    const outcome = await runCase(shadow, subject, one);
    said.set(one.what, sayingsOf(outcome));
    const code = outcome.refused === undefined ? "planned" : outcome.refused.code;
    // With the planner's own words where it is not what was expected.
    if (code !== one.expect) throw outcome.refused ?? new Error(`planned, not ${one.expect}`);
    expect(code).toBe(one.expect);
  });
});

test("what each becomes can be read in one place", async () => {
  const lines = subjects.flatMap(({ name, cases: own }) => [
    `# ${name}`,
    "",
    ...own.flatMap(({ what, migration }) => [
      `## ${what}`,
      "",
      ...migration
        .trim()
        .split("\n")
        .map((line) => `    ${line}`.trimEnd()),
      "",
      ...(said.get(what) ?? []),
      "",
    ]),
  ]);
  await expect(lines.join("\n")).toMatchFileSnapshot("said.md");
});
