import { expect, test } from "vitest";
import { checkSchema, type ProbeOrder } from "../api/probes.ts";
import { makeWorkerKeys, openOrders, sealOrders } from "./sealed-orders.ts";

const order: ProbeOrder = {
  id: "prb_0000000000000000",
  name: "api",
  revision: 1,
  intervalMs: 1_000,
  timeoutMs: 1_000,
  check: checkSchema.parse({ kind: "http", url: "https://shop.example/?key=planted" }),
  secrets: { KEY: "planted" },
};

test("orders are for one worker, hold nothing in clear, and can't be changed", () => {
  const keys = makeWorkerKeys();
  const sealed = sealOrders([order], keys.publicKey);
  expect(sealed.count).toBe(1);
  expect(Buffer.from(sealed.sealed, "base64").includes("planted")).toBe(false);
  expect(openOrders(sealed, keys)).toEqual([order]);
  expect(() => openOrders(sealed, makeWorkerKeys())).toThrow(/authenticate/);
  const bytes = Buffer.from(sealed.sealed, "base64");
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  expect(() => openOrders({ ...sealed, sealed: bytes.toString("base64") }, keys)).toThrow(/authenticate/);
});

test("a key that is none is refused", () => {
  const lowOrder = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), Buffer.alloc(32)]);
  for (const key of ["", "nonsense", `${"A".repeat(59)}=`, lowOrder.toString("base64")]) {
    expect(() => sealOrders([order], key)).toThrow(expect.objectContaining({ code: "input-not-valid" }));
  }
});
