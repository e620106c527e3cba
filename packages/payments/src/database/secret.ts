import { createHash, randomBytes } from "node:crypto";

/** SHA-256 of a secret. Ours hold 144 random bits, so a fast hash is as good as a slow one. */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

/** A new secret with 144 random bits: `sk_test_…` for the Payment API, `tt_…` for a terminal. */
export function newSecret(prefix: "sk_test" | "sk_live" | "tt"): string {
  return `${prefix}_${randomBytes(18).toString("base64url")}`;
}
