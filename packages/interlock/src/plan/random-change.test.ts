import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../shadow/open-shadow.ts";
import { becomes, changeOf, randomChange } from "./testing-random-change.ts";

// `npm run test:long -- plans` tries many more; PLAN_RUNS and PLAN_SEED set how many and from which seed.

let shadow: Shadow;
beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

test("one to four operations on the columns of a table are planned, or refused with a reason", async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(randomChange, async (random) => {
      const code = await becomes(shadow, changeOf(random));
      seen.set(code, (seen.get(code) ?? 0) + 1);
    }),
    {
      numRuns: Number(process.env["PLAN_RUNS"] ?? 8),
      seed: Number(process.env["PLAN_SEED"] ?? 7),
      endOnFailure: true,
    },
  );
  expect(seen.get("planned") ?? 0).toBeGreaterThan(0);
});
