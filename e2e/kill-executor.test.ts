import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { runKilled } from "./crash/killed-executor.ts";
import { byHand } from "./crash/plans.ts";
import { makeReference, type Reference } from "./crash/reference.ts";

let shadow: Shadow;
let references: Reference[];

beforeAll(async () => {
  shadow = await openShadow();
  references = [];
  for (const change of byHand) references.push(await makeReference(shadow, change));
});

afterAll(async () => {
  for (const reference of references) await reference.drop();
  await shadow.close();
});

// A few places; `npm run test:long -- crash` goes through as many as one likes, in planned changes too.
describe("kill -9 of the executor", () => {
  test.each([2, 5, 8, 11, 14, 17])("seed %i ends as if nobody had killed it", async (seed) => {
    const reference = references[seed % references.length];
    if (reference === undefined) throw new Error("there are changes");
    const run = await runKilled(shadow, { reference, seed });
    expect(["done", "rolled-back"]).toContain(run.state);
  });
});
