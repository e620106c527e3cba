import { expect, test } from "vitest";
import { clientOf } from "./client-of.ts";

test.each([
  ["203.0.113.7", undefined, "203.0.113.7"],
  ["203.0.113.7", "198.51.100.1", "203.0.113.7"],
  ["127.0.0.1", "198.51.100.1", "198.51.100.1"],
  ["10.0.0.5", "1.1.1.1, 198.51.100.1", "198.51.100.1"],
  ["::ffff:10.0.0.5", "198.51.100.1", "198.51.100.1"],
  ["127.0.0.1", "nonsense", "127.0.0.1"],
  ["127.0.0.1", "", "127.0.0.1"],
  ["2001:db8:1:2:3::1", undefined, "8193:3512:1:2/64"],
  ["2001:db8:1:2:4::9", undefined, "8193:3512:1:2/64"],
])("%s with X-Forwarded-For %s counts as %s", (ip, forwarded, client) => {
  const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
  expect(clientOf({ ip, headers })).toBe(client);
});
