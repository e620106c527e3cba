import { describe, expect, test } from "vitest";
import { refusalOfAddress, refusalOfUrl } from "./receiver-policy.ts";

describe("addresses", () => {
  test.each([
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "unspecified"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["10.0.0.1", "private"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.168.1.1", "private"],
    ["169.254.169.254", "linkLocal"],
    ["100.64.0.1", "carrierGradeNat"],
    ["100.100.100.200", "carrierGradeNat"],
    ["192.0.0.192", "reserved"],
    ["198.18.0.1", "reserved"],
    ["203.0.113.9", "reserved"],
    ["240.0.0.1", "reserved"],
    ["224.0.0.1", "multicast"],
    ["255.255.255.255", "broadcast"],
    ["168.63.129.16", "metadata"],
    ["::", "unspecified"],
    ["::1", "loopback"],
    ["::127.0.0.1", "loopback"],
    ["::7f00:1", "not global"],
    ["::ffff:127.0.0.1", "loopback"],
    ["::ffff:7f00:1", "loopback"],
    ["::ffff:10.0.0.1", "private"],
    ["::ffff:169.254.169.254", "linkLocal"],
    ["::ffff:0:127.0.0.1", "rfc6145"],
    ["64:ff9b::7f00:1", "rfc6052"],
    ["64:ff9b::a9fe:a9fe", "rfc6052"],
    ["64:ff9b:1::a00:1", "rfc6052"],
    ["2002:7f00:1::", "6to4"],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "teredo"],
    ["fe80::1", "linkLocal"],
    ["fe80::1%eth0", "linkLocal"],
    ["fec0::1", "deprecatedSiteLocal"],
    ["fd00:ec2::254", "uniqueLocal"],
    ["ff02::1", "multicast"],
    ["2001:db8::1", "reserved"],
    ["4000::1", "not global"],
    ["not an address", "not an address"],
    ["127.1", "loopback"],
    ["2130706433", "loopback"],
    ["0x7f.1", "loopback"],
  ])("%s is refused: %s", (address, why) => {
    expect(refusalOfAddress(address, { allowLoopback: false })).toBe(why);
  });

  test.each(["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8"])(
    "%s is let through",
    (address) => {
      expect(refusalOfAddress(address, { allowLoopback: false })).toBeUndefined();
    },
  );

  test.each([
    ["127.0.0.1", undefined],
    ["::1", undefined],
    ["::ffff:127.0.0.1", undefined],
    ["0.0.0.0", "unspecified"],
    ["10.0.0.1", "private"],
    ["169.254.169.254", "linkLocal"],
  ])("where loopback is allowed, %s: %s", (address, why) => {
    expect(refusalOfAddress(address, { allowLoopback: true })).toBe(why);
  });
});

describe("URLs", () => {
  test.each([
    ["ftp://shop.example/", "neither http nor https"],
    ["file:///etc/passwd", "neither http nor https"],
    ["unix:/var/run/docker.sock", "neither http nor https"],
    ["http+unix://%2Fvar%2Frun%2Fdocker.sock/", "neither http nor https"],
    ["https://user:pass@shop.example/", "holds credentials"],
    ["https://user@shop.example/", "holds credentials"],
    ["http://shop.example:22/", "port is closed"],
    ["http://shop.example:25/", "port is closed"],
    ["http://shop.example:0/", "port is closed"],
    ["http://shop.example:5432/", "port is closed"],
    ["http://shop.example:6379/", "port is closed"],
    ["shop.example", "not a URL"],
    ["", "not a URL"],
    ["http://", "not a URL"],
  ])("%s is refused: %s", (url, why) => {
    expect(refusalOfUrl(url)).toBe(why);
  });

  test.each(["http://shop.example/ipn", "https://shop.example:443/", "https://shop.example:8443/a?b=c"])(
    "%s is left to its address",
    (url) => {
      expect(refusalOfUrl(url)).toBeUndefined();
    },
  );
});
