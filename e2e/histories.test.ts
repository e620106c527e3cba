import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { choices } from "./histories/choices.ts";
import { runHistory } from "./histories/run-history.ts";
import { TargetServer } from "./histories/target.ts";

let shadow: Shadow;
let target: TargetServer;

beforeAll(async () => {
  [shadow, target] = await Promise.all([openShadow(), TargetServer.start()]);
});

afterAll(async () => {
  await Promise.all([target.stop(), shadow.close()]);
});

// A few whose changes are shipped to either end, with and without kills; `npm run test:long -- histories` makes
// as many as one likes.
test.each([3, 5, 17, 22])("history %i ends as a single one", async (seed) => {
  const [choice] = fc.sample(choices, { seed, numRuns: 1 });
  if (choice === undefined) throw new Error("a seed gives a history");
  const { ended, writes } = await runHistory({ shadow, target }, choice);
  expect(ended).toMatch(/^(early )?(contract|rollback)/);
  expect(writes).toBeGreaterThan(0);
});
