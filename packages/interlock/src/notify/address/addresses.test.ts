import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { refusalOfAddress } from "../hook/address-policy.ts";
import { parseEmailAddress, showEmailAddress } from "./parse-email-address.ts";

describe("an email address", () => {
  test.each([
    ["jean@example.com", "jean@example.com"],
    [" Jean.D+status@EXAMPLE.com ", "Jean.D+status@example.com"],
    ["jean@müller.example", "jean@xn--mller-kva.example"],
    ["o'brien_1@a-b.example.co.uk", "o'brien_1@a-b.example.co.uk"],
  ])("%s is written to as %s", (text, address) => {
    expect(parseEmailAddress(text)).toBe(address);
  });

  test.each([
    "",
    "jean",
    "@example.com",
    "jean@",
    "jean@localhost",
    "jean@127.0.0.1",
    "jean@[127.0.0.1]",
    "a..b@example.com",
    ".a@example.com",
    "a@-x.example",
    '"a b"@example.com',
    "a b@example.com",
    "a@example.com\r\nRCPT TO:<b@example.com>",
    "a@example.com>",
    "<a@example.com>",
    "a@example.com,b@example.com",
    "é@example.com",
    `${"a".repeat(65)}@example.com`,
  ])("%j is none", (text) => {
    expect(parseEmailAddress(text)).toBeUndefined();
  });

  test("that is let through can stand in a header and in an SMTP command", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.emailAddress(), fc.string({ unit: "binary" })), (text) => {
        const address = parseEmailAddress(text);
        if (address === undefined) return;
        expect(address).toMatch(/^[\x21-\x7e]+@[a-z0-9.-]+$/);
        expect(address).not.toMatch(/[<>,;:"\\()[\]\s]/);
        expect(parseEmailAddress(address)).toBe(address);
      }),
    );
  });

  test("is shown with most of it left out", () => {
    expect(showEmailAddress("jean.dupont@example.com")).toBe("j…@example.com");
  });
});

test.each([
  ["8.8.8.8", undefined],
  ["2606:4700::1111", undefined],
  ["10.1.2.3", "private"],
  ["172.16.0.1", "private"],
  ["192.168.0.1", "private"],
  ["127.0.0.1", "loopback"],
  ["0.0.0.0", "unspecified"],
  ["100.64.0.1", "carrierGradeNat"],
  ["169.254.169.254", "linkLocal"],
  ["224.0.0.1", "multicast"],
  ["::1", "loopback"],
  ["fd00::1", "uniqueLocal"],
  ["fe80::1", "linkLocal"],
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:10.0.0.1", "private"],
  ["64:ff9b::7f00:1", "rfc6052"],
  ["2002:7f00:1::", "6to4"],
  ["168.63.129.16", "metadata"],
  ["nonsense", "not an address"],
])("to %s: %s", (address, refusal) => {
  expect(refusalOfAddress(address, { allowPrivate: false })).toBe(refusal);
});

test.each(["127.0.0.1", "10.1.2.3", "::1", "fd00::1"])("%s may be allowed, metadata never", (address) => {
  expect(refusalOfAddress(address, { allowPrivate: true })).toBeUndefined();
  expect(refusalOfAddress("169.254.169.254", { allowPrivate: true })).toBe("linkLocal");
});
