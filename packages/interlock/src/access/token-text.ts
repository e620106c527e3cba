import { createHash, randomBytes } from "node:crypto";

const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The length of 32 random bytes in 62 letters. */
const secretLength = 43;

/** `ilk_`, the id without its prefix, so that a found token can be revoked, and 256 random bits. */
const pattern = /^ilk_([0-9a-z]{16})_[0-9A-Za-z]{43}$/;

/** The text of a new token with an id as `newId("tok")` makes it. */
export function newTokenText(id: string): string {
  let rest = BigInt(`0x${randomBytes(32).toString("hex")}`);
  let text = "";
  for (let index = 0; index < secretLength; index += 1) {
    text = `${letters[Number(rest % 62n)] ?? ""}${text}`;
    rest /= 62n;
  }
  return `ilk_${id.replace(/^tok_/, "")}_${text}`;
}

/** Whether a text can be a token at all. */
export function looksLikeToken(text: string): boolean {
  return pattern.test(text);
}

/** What is kept of a token. It has 256 random bits, so a plain hash can't be undone by guessing. */
export function hashOfToken(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
