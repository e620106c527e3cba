import { randomBytes } from "node:crypto";

const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** A new identifier of 80 random bits: `newId("rel")` → `rel_4x0k9d2m7q1tzc8v`. */
export function newId(prefix: string): string {
  const text = [...randomBytes(16)].map((byte) => letters[byte % letters.length] ?? "").join("");
  return `${prefix}_${text}`;
}
