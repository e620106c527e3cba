import { expect, test } from "vitest";
import { compareVersions } from "./compare-versions.ts";

test.each([
  ["v0.0.9", "v0.0.10"],
  ["1.9", "1.10.0"],
  ["2.0.0-rc.1", "2.0.0-rc.2"],
  ["2.0.0-rc.2", "2.0.0"],
  ["2.0.0", "2.0.1"],
  ["2.0", "2.0.0"],
  ["9", "41"],
  ["2026-01-31", "2026-02-01"],
  ["20260131-a1f", "20260201-09c"],
])("%s comes before %s", (older, newer) => {
  expect(Math.sign(compareVersions(older, newer))).toBe(-1);
  expect(Math.sign(compareVersions(newer, older))).toBe(1);
  expect(compareVersions(older, older)).toBe(0);
});
