import { randomFillSync } from "node:crypto";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const timeDigits = 8;
const randomDigits = 14;

// Asking the system for a few bytes costs as much as asking for many.
const pool = Buffer.alloc(4_096);
let used = pool.length;

function nextByte(): number {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.readUInt8(used++);
}

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
    const byte = nextByte();
    // 248 is the largest multiple of 62 in a byte; what lies above would favour the first letters.
    if (byte < 248) tail += alphabet.charAt(byte % 62);
  }
  return `${prefix}_${head}${tail}`;
}
