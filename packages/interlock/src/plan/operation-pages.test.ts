import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationsOf } from "../migration/read.ts";
import { readExample } from "../rehearsal/testing-finding-page.ts";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { Failure } from "../std/failure.ts";
import { pagedKinds } from "./operations/compound.ts";
import { planSources, type PlanResult } from "./plan-change.ts";
import { renderPlan } from "./render-plan.ts";

// Each page of docs/operations/ shows a change with its plan, one that is refused, and what to write instead; all are
// run as they stand on the page. WRITE_OPERATION_PAGES=1 writes what the planner says into the pages.

const pages = join(import.meta.dirname, "../../../../docs/operations");

let shadow: Shadow;
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

test("there is a page for every kind and none besides, and the index names each with its title", async () => {
  const files = (await readdir(pages)).filter((file) => file !== "README.md");
  expect(files.toSorted()).toEqual(pagedKinds.map(({ kind }) => `${kind}.md`).toSorted());
  const index = await readFile(join(pages, "README.md"), "utf8");
  for (const { kind, title } of pagedKinds) {
    expect(index).toContain(`[${kind}](${kind}.md)`);
    expect(index).toContain(title);
  }
});

function planned(page: string, word?: string): Promise<PlanResult> {
  const { baseline, migration, old, new: coming } = readExample(page, word);
  return planSources({
    files: migrationsOf([{ path: "0042_change.sql", text: migration }]),
    baseline: async (client) => {
      await client.query(baseline);
    },
    old: old === undefined ? [] : [old],
    new: coming === undefined ? [] : [coming],
    shadow,
  });
}

/** The plan without what it was proved on in which time. */
function said({ plan, proof }: PlanResult): string {
  const told = renderPlan({ plan, proof: { ...proof, notExercised: [], exercised: proof.statements } });
  return told.replace(/^(proved: .*); PostgreSQL [\d.]+, [\d.]+ s$/m, "$1");
}

async function refusal(page: string): Promise<string> {
  try {
    const { plan } = await planned(page, "refused");
    throw new Error(`not refused: ${plan.id}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, next } = error;
    return `error[${code}] ${message}\n${next === undefined ? "" : `→ ${next}\n`}`;
  }
}

function withBlock(page: string, name: string, told: string): string {
  return page.replace(
    new RegExp(`^\`\`\`text ${name}\\n.*?^\`\`\`$`, "ms"),
    () => `\`\`\`text ${name}\n${told}\`\`\``,
  );
}

describe.concurrent("the page of", () => {
  test.each(pagedKinds.map(({ kind }) => kind))("%s shows what the planner says", async (kind) => {
    const file = join(pages, `${kind}.md`);
    const text = await readFile(file, "utf8");
    expect(text).toContain("```text plan\n");
    let now = withBlock(text, "plan", said(await planned(text)));
    // What nothing but another kind's reasons refuses has no such example.
    if (text.includes("```text refused\n")) {
      now = withBlock(now, "refused", await refusal(text));
      await planned(text, "instead");
    }
    if (process.env["WRITE_OPERATION_PAGES"] !== undefined) await writeFile(file, now);
    expect(await readFile(file, "utf8")).toBe(now);
  });
});
