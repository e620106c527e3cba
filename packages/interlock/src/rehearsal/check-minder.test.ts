import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { check } from "./check.ts";

interface Pair {
  from: string;
  to: string;
  baseline: string[];
  change: string[];
  old: string;
  new: string;
  expected: { order: string; breaks: { statement: string; file: string }[] };
}

// The whole history is a bench; here are a few pairs of every order, where the corpus is beside the repository.
const shared = process.env["INTERLOCK_SHARED"] ?? resolve(import.meta.dirname, "../../../../../shared");
const corpus = join(shared, "corpus", "minder");
const chosen = ["v0.0.6", "v0.0.8", "v0.0.20", "v0.0.30", "v0.0.34", "v0.0.61"];

describe.skipIf(!existsSync(corpus))("a real release pair", () => {
  let shadow: Shadow;
  let pairs: Pair[];

  beforeAll(async () => {
    shadow = await openShadow();
    pairs = JSON.parse(await readFile(join(corpus, "pairs.json"), "utf8")) as Pair[];
  });

  afterAll(() => shadow.close());

  test.each(chosen)("from %s is judged as PostgreSQL did", async (from) => {
    const pair = pairs.find((one) => one.from === from);
    if (pair === undefined) throw new Error(`the corpus has no pair from ${from}`);
    const report = await check({
      shadow,
      migrations: pair.change.map((file) => join(corpus, file)),
      baseline: pair.baseline.map((file) => join(corpus, file)),
      old: [join(corpus, pair.old)],
      new: [join(corpus, pair.new)],
    });
    const found = report.findings
      .filter(({ when, code }) => when === "after-change" && code.endsWith("-breaks"))
      .map(({ statement, file }) => `${statement ?? ""} ${file ?? ""}`);
    expect(report.order).toBe(pair.expected.order);
    for (const { statement, file } of pair.expected.breaks) {
      expect(found).toContain(`${statement} ${join(corpus, file)}`);
    }
  });
});
