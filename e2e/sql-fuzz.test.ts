import { afterAll, beforeAll, expect, test } from "vitest";
import { openShadow, type Shadow } from "../packages/interlock/src/shadow/open-shadow.ts";
import { attackChecks } from "./sql-fuzz/attack.ts";

// Checks of SQL that nobody should trust. FUZZ_RUNS sets how many are made up, FUZZ_SEED where from.

const count = Number(process.env["FUZZ_RUNS"] ?? 30);
const seed = Number(process.env["FUZZ_SEED"] ?? 20_241_217);
let shadow: Shadow;

beforeAll(async () => {
  shadow = await openShadow();
});
afterAll(() => shadow.close());

test("generated and hostile SQL crashes nothing, hangs nowhere, is not called safe where it does not apply, and leaves nothing", async () => {
  const { faults, answers } = await attackChecks(shadow, { count, seed });
  expect(faults).toEqual([]);
  // Some of it is sound: otherwise nothing was tried.
  expect(answers.get("safe")).toBeGreaterThan(0);
  expect(answers.get("unknown")).toBeGreaterThan(0);
}, 300_000);
