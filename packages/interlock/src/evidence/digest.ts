import { createHash } from "node:crypto";
import { canonicalJson } from "../std/canonical-json.ts";

/** SHA-256 over the canonical JSON of a value, in hexadecimal digits. */
export function digestOf(value: unknown): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}

const letters = "0123456789abcdefghjkmnpqrstvwxyz";

/** An identifier that equal values share, in the form of `newId`: `idOf("chg", value)` → `chg_4x0k9d2m7q1tzc8v`. */
export function idOf(prefix: string, value: unknown): string {
  const digest = createHash("sha256").update(canonicalJson(value)).digest();
  return `${prefix}_${[...digest.subarray(0, 16)].map((byte) => letters[byte % letters.length] ?? "").join("")}`;
}
