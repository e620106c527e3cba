import { afterAll, beforeAll, expect, test } from "vitest";
import { runIdempotencyStorm } from "./idempotency-storm.ts";
import { differences, startPlatform, type Platform } from "./platform.ts";

// STORM_KEYS=10000 is the size that the platform promises; it takes some minutes.
const keys = Number(process.env["STORM_KEYS"] ?? 300);
const seed = Number(process.env["STORM_SEED"] ?? 1);

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform({ version: "2.3.0", migrated: true });
});
afterAll(async () => platform.stop());

test(
  `${String(keys)} keys, 8 times each at once: one effect and one answer for each`,
  { timeout: 1_800_000 },
  async () => {
    const { problems, statuses } = await runIdempotencyStorm(platform, {
      keys,
      duplicates: 8,
      keysAtOnce: 6,
      seed,
    });
    expect(problems).toEqual([]);
    expect(Object.keys(statuses).toSorted()).toEqual(["201", "400", "409"]);
    expect(await differences(platform.sql)).toEqual([]);
  },
);
