import { createHash, randomBytes } from "node:crypto";

/** Always as long: a message is made once, and each receiver's token is put where the pattern's stands. */
export const tokenLength = 43;

/** 256 random bits in letters, digits, - and _. */
export function newSecretToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether a text can be a token at all. */
export function looksLikeSecretToken(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/** What is kept of a token. It has 256 random bits, so a plain hash can't be undone by guessing. */
export function hashOfSecretToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
