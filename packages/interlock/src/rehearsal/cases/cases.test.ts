import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../../shadow/open-shadow.ts";
import { subjects } from "./all.ts";
import { runCase, runTwins, sayingsOf, seenIn, twinGroups } from "./run-case.ts";

let shadow: Shadow;
/** What the check says of each case. */
const said = new Map<string, string[]>();
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

test("every case has a name of its own, and there are a hundred", () => {
  const names = subjects.flatMap(({ cases }) => cases.map(({ what }) => what));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(100);
});

describe.concurrent.each(subjects)("$name", (subject) => {
  test.each(subject.cases)("$what", async (one) => {
    const report = await runCase(shadow, subject, one);
    said.set(one.what, sayingsOf(report));
    const seen = seenIn(report);
    expect(seen).toEqual(expect.arrayContaining([...one.finds]));
    expect(seen).toHaveLength(one.finds.length);
    expect({ order: report.order, verdict: report.verdict }).toEqual({
      order: one.order ?? null,
      verdict: one.verdict ?? "unsafe",
    });
  });

  test.each(
    twinGroups(subject).map((cases) => ({ cases, what: cases.map(({ twin }) => twin.what).join("; ") })),
  )("quiet: $what", async ({ cases }) => {
    const report = await runTwins(shadow, subject, cases);
    expect(seenIn(report)).toEqual([]);
    expect(report.verdict).toBe("safe");
  });
});

test("what is said of each, and what to do about it, can be read in one place", async () => {
  const lines = subjects.flatMap(({ name, cases }) => [
    `# ${name}`,
    "",
    ...cases.flatMap(({ what, change }) => [
      `## ${what}`,
      "",
      ...change.split("\n").map((line) => `    ${line}`.trimEnd()),
      "",
      ...(said.get(what) ?? []),
      "",
    ]),
  ]);
  await expect(lines.join("\n")).toMatchFileSnapshot("said.md");
});
