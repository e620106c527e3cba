import { randomBytes } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const timeDigits = 8;
const randomDigits = 14;

/**
 * A new identifier such as `pay_0Uq3…`: 8 digits of time in milliseconds, then 14 random ones (83 bits).
 * Time comes first so that neighbours in time are neighbours in the index.
 */
export function newIdentifier(
  prefix: "pay" | "re" | "att" | "cap" | "rel" | "trm" | "rev" | "cus" | "card" | "inst" | "ar",
): string {
  let time = Date.now();
  let head = "";
  for (let digit = 0; digit < timeDigits; digit++) {
    head = alphabet.charAt(time % 62) + head;
    time = Math.floor(time / 62);
  }
  let tail = "";
  while (tail.length < randomDigits) {
    // 248 is the largest multiple of 62 in a byte; what lies above would favour the first letters.
    for (const byte of randomBytes(20)) {
      if (byte < 248 && tail.length < randomDigits) tail += alphabet.charAt(byte % 62);
    }
  }
  return `${prefix}_${head}${tail}`;
}
