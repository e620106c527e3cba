import { randomBytes } from "node:crypto";
import { link, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Failure } from "../std/failure.ts";
import { newId } from "../std/new-id.ts";
import { keyBytes } from "./sealer.ts";

/**
 * The key that secrets are sealed with: the variable INTERLOCK_KEY (32 bytes in hexadecimal digits or base64),
 * else the file `key` in the data directory, made at the first start. Throws `Failure` "key-not-valid" or
 * "key-not-private".
 */
export async function readKey({
  directory,
  given = process.env["INTERLOCK_KEY"],
}: {
  directory: string;
  given?: string | undefined;
}): Promise<Buffer> {
  if (given !== undefined && given.trim() !== "") return decode(given.trim(), "the variable INTERLOCK_KEY");
  const path = join(directory, "key");
  const kept = await readKept(path);
  if (kept !== undefined) return kept;
  const draft = `${path}.${newId("new")}`;
  await writeFile(draft, `${randomBytes(keyBytes).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  try {
    // Linked into place, so that of two servers that start at once one's key is both's.
    await link(draft, path).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
  } finally {
    await rm(draft, { force: true });
  }
  const made = await readKept(path);
  if (made === undefined) throw new Error("a key that was linked into place is there");
  return made;
}

async function readKept(path: string): Promise<Buffer | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    throw new Failure({
      code: "key-not-private",
      message: `Other users may read the key file ${path}.`,
      why: "It opens the stored connection URLs of every database.",
      state: "Nothing was started.",
      next: `Run: chmod 600 ${path}`,
    });
  }
  return decode((await readFile(path, "utf8")).trim(), path);
}

function decode(text: string, place: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return Buffer.from(text, "base64");
  throw new Failure({
    code: "key-not-valid",
    message: `What is in ${place} is not a key.`,
    why: "A key is 32 bytes, written as 64 hexadecimal digits or in base64.",
    state: "Nothing was started.",
    next: "Make one with: openssl rand -hex 32",
  });
}
