import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { makeReference, runKilled, type Reference } from "./killed-ship.ts";

let shadow: Shadow;
let reference: Reference;

beforeAll(async () => {
  shadow = await openShadow();
  reference = await makeReference(shadow);
});

afterAll(async () => {
  await shadow.close();
});

// A few places; `node e2e/kill-many.ts 200` goes through as many as one likes.
describe("kill -9 of the executor", () => {
  test.each([3, 7, 11, 16, 22, 31])("seed %i ends as if nobody had killed it", async (seed) => {
    const run = await runKilled(shadow, reference, seed);
    expect(["done", "rolled-back"]).toContain(run.state);
  });
});
