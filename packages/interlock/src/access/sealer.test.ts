import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { useControl } from "../control/testing-control.ts";
import { holdToKey } from "./hold-to-key.ts";
import { readKey } from "./read-key.ts";
import { makeSealer } from "./sealer.ts";

const key = randomBytes(32);
const sealer = makeSealer(key);
const secret = "postgres://app:planted-password@db/payments";

describe("what is sealed", () => {
  test("opens with the same key for the same place, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (text, place) => {
        expect(sealer.open(sealer.seal(text, place), place)).toBe(text);
      }),
    );
  });

  test("looks different every time, and holds nothing of the text", () => {
    const sealed = sealer.seal(secret, "production/main");
    expect(sealed.equals(sealer.seal(secret, "production/main"))).toBe(false);
    expect(sealed.includes("planted-password")).toBe(false);
  });

  test("can't be moved to another place", () => {
    const sealed = sealer.seal(secret, "staging/main");
    expect(() => sealer.open(sealed, "production/main")).toThrow(
      expect.objectContaining({
        code: "seal-not-opened",
        why: expect.stringContaining("another place") as unknown,
      }),
    );
  });

  test("does not open with another key, and says that it is the key", () => {
    const sealed = makeSealer(randomBytes(32)).seal(secret, "a/b");
    expect(() => sealer.open(sealed, "a/b")).toThrow(
      expect.objectContaining({
        code: "seal-not-opened",
        why: expect.stringContaining("another key") as unknown,
      }),
    );
  });

  test("does not open when any byte of it was changed, or some are missing", () => {
    const sealed = sealer.seal(secret, "a/b");
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => sealer.open(changed, "a/b")).toThrow(expect.objectContaining({ code: "seal-not-opened" }));
    }
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => sealer.open(sealed.subarray(0, length), "a/b")).toThrow(
        expect.objectContaining({ code: "seal-not-opened" }),
      );
    }
  });
});

describe("the key", () => {
  const database = useControl();

  test("is made once in a file for this user only, also by several at once", async () => {
    const directory = await mkdtemp(join(tmpdir(), "interlock-key-"));
    try {
      const keys = await Promise.all([1, 2, 3, 4].map(() => readKey({ directory, given: undefined })));
      expect(new Set(keys.map((each) => each.toString("hex"))).size).toBe(1);
      const path = join(directory, "key");
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect((await readFile(path, "utf8")).trim()).toBe(keys[0]?.toString("hex"));
      await chmod(path, 0o644);
      await expect(readKey({ directory, given: undefined })).rejects.toMatchObject({
        code: "key-not-private",
      });
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  test("is read in hexadecimal digits and in base64, and nothing else is taken for one", async () => {
    const directory = "/nowhere";
    for (const given of [key.toString("hex"), key.toString("base64"), key.toString("base64url")]) {
      expect((await readKey({ directory, given })).equals(key)).toBe(true);
    }
    for (const given of ["short", key.toString("hex").slice(1), "x".repeat(64)]) {
      const failure: unknown = await readKey({ directory, given }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "key-not-valid" });
      expect(JSON.stringify(failure)).not.toContain(given);
    }
  });

  test("is the same for every server on a control database", async () => {
    await holdToKey(database.control, key);
    await holdToKey(database.control, key);
    await expect(holdToKey(database.control, randomBytes(32))).rejects.toMatchObject({ code: "key-differs" });
  });
});
