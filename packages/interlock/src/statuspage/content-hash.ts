import { createHash } from "node:crypto";

const known = new WeakMap<Buffer, string>();

/** SHA-256 of a file's bytes, hexadecimal. A buffer is hashed once: files are never changed in place. */
export function contentHash(body: Buffer): string {
  const found = known.get(body);
  if (found !== undefined) return found;
  const hash = createHash("sha256").update(body).digest("hex");
  known.set(body, hash);
  return hash;
}
