import { expect, test } from "vitest";
import { seededMoments } from "./notify/seeded-moments.ts";
import { tellMany } from "./notify/tell-many.ts";

// A short one of `npm run test:long -- notify`. NOTIFY_SEED plays another one.
const seed = Number(process.env["NOTIFY_SEED"] ?? 20_241_217);

test("a server that is killed twice in the middle loses nobody, and tells nobody twice but where it is in doubt", async () => {
  const told = await tellMany({ subscribers: 300, kills: seededMoments({ seed, count: 2 }) });
  expect(told).toMatchObject({ subscribers: 300, kills: 2, lost: 0, strange: 0 });
  expect(told.repeated).toBeLessThanOrEqual(told.doubts);
});
