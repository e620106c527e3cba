import { createHash } from "node:crypto";

/** SHA-256 of a file's bytes, hexadecimal. */
export function contentHash(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}
