import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { check } from "./check.ts";
import type { CheckReport } from "./report/check-report.ts";
import { findingKinds, isFindingCode } from "./report/finding-kinds.ts";
import { renderText } from "./report/formats/text/render-text.ts";
import { readPageExample, type ExampleInput } from "./testing-finding-page.ts";

// Each page of docs/findings/ shows a case, and the case is run as it stands on the page. After a change to how the
// text looks, WRITE_FINDING_PAGES=1 writes what the check says into the pages.

const pages = join(import.meta.dirname, "../../../../docs/findings");

let shadow: Shadow;
let directory: string;

beforeAll(async () => {
  shadow = await openShadow();
  directory = await mkdtemp(join(tmpdir(), "interlock-pages-"));
});
afterAll(async () => {
  await shadow.close();
  await rm(directory, { recursive: true });
});

async function checked({
  baseline,
  migration,
  old,
  new: coming,
  options,
}: ExampleInput): Promise<CheckReport> {
  const folder = await mkdtemp(join(directory, "case-"));
  const before = join(folder, "0041_before.sql");
  const change = join(folder, "0042_change.sql");
  await writeFile(before, baseline);
  await writeFile(change, migration);
  return check({
    ...options,
    migrations: [change],
    baseline: [before],
    shadow,
    old: old === undefined ? [] : [old],
    new: coming === undefined ? [] : [coming],
  });
}

/** The text without what was rehearsed on what in which time, and without the test's folder. */
function said(report: CheckReport): string {
  return renderText(report, { colour: false, verbose: false, width: 100 })
    .replaceAll(/\S*\/case-\w+\//g, "")
    .split("\n\n")
    .filter((block) => !block.startsWith("  rehearsed on"))
    .join("\n\n");
}

const codes = [...Object.keys(findingKinds), "verdict-unknown"];

test("there is a page for every code and none besides, and the index names each with its title", async () => {
  const files = (await readdir(pages)).filter((file) => file !== "README.md");
  expect(files.toSorted()).toEqual(codes.map((code) => `${code}.md`).toSorted());
  const index = await readFile(join(pages, "README.md"), "utf8");
  for (const [code, { title }] of Object.entries(findingKinds)) {
    expect(index).toContain(`[${code}](${code}.md)`);
    expect(index).toContain(title);
  }
});

describe("the page of", () => {
  test.each(codes)("%s shows what the check says", async (code) => {
    const file = join(pages, `${code}.md`);
    const text = await readFile(file, "utf8");
    const example = readPageExample(text);
    const loud = await checked(example.loud);
    const quiet = await checked(example.quiet);
    const found = (report: CheckReport): boolean =>
      isFindingCode(code)
        ? report.findings.some((finding) => finding.code === code)
        : report.verdict === "unknown";
    expect([found(loud), found(quiet)]).toEqual([true, false]);
    expect(text).toContain("```text says\n");
    const block = `\`\`\`text says\n${said(loud).trimEnd()}\n\`\`\``;
    const now = text.replace(/^```text says\n.*?^```$/ms, () => block);
    if (process.env["WRITE_FINDING_PAGES"] !== undefined) await writeFile(file, now);
    expect(await readFile(file, "utf8")).toBe(now);
  });
});
