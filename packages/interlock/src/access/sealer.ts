import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { Failure } from "../std/failure.ts";

/** Keeps secrets at rest: what is sealed can only be opened with the same key and for the same place. */
export interface Sealer {
  /** `place` says what the text belongs to, `environment/database`: sealed text can't be moved to another one. */
  seal(text: string, place: string): Buffer;
  /** Throws `Failure` "seal-not-opened" when the key is another one, or the sealed text was changed or moved. */
  open(sealed: Uint8Array, place: string): string;
  /**
   * A digest to find a text by that is kept sealed: without the key nobody can find out by guessing whether a text
   * is among those that were kept. 32 bytes.
   */
  digest(text: string, place: string): Buffer;
}

/** The length of a key, in bytes (AES-256). */
export const keyBytes = 32;

// A sealed text is: one byte for the format, the first 4 bytes of the key's digest, a nonce, a tag, the text.
const format = 1;
const digestBytes = 4;
const nonceBytes = 12;
const tagBytes = 16;
const headBytes = 1 + digestBytes + nonceBytes + tagBytes;

/** Seals with AES-256-GCM under a key of 32 bytes. */
export function makeSealer(key: Uint8Array): Sealer {
  if (key.length !== keyBytes) throw new Error("a key has 32 bytes");
  // Tells "another key" from "changed", and says nothing of use about the key itself.
  const digest = createHash("sha256")
    .update("interlock sealer")
    .update(key)
    .digest()
    .subarray(0, digestBytes);
  // A key of its own: nothing that one is used for says anything about the other.
  const digestKey = Buffer.from(hkdfSync("sha256", key, Buffer.alloc(0), "interlock sealer digest", 32));
  return {
    digest: (text, place) => createHmac("sha256", digestKey).update(`${place}\u0000${text}`, "utf8").digest(),
    seal(text, place) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(Buffer.from(place, "utf8"));
      const hidden = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([Buffer.of(format), digest, nonce, cipher.getAuthTag(), hidden]);
    },
    open(sealed, place) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < headBytes || bytes[0] !== format) {
        throw notOpened(place, "What is stored was not sealed by this version of Interlock, or was changed.");
      }
      if (!bytes.subarray(1, 1 + digestBytes).equals(digest)) {
        throw notOpened(
          place,
          "It was sealed with another key than the one that this server was started with.",
        );
      }
      const nonce = bytes.subarray(1 + digestBytes, 1 + digestBytes + nonceBytes);
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes })
        .setAAD(Buffer.from(place, "utf8"))
        .setAuthTag(bytes.subarray(headBytes - tagBytes, headBytes));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(headBytes)), decipher.final()]);
        return text.toString("utf8");
      } catch {
        throw notOpened(place, "It was changed, or it was sealed for another place.");
      }
    },
  };
}

function notOpened(place: string, why: string): Failure {
  return new Failure({
    code: "seal-not-opened",
    message: `The stored connection URL of ${place} can't be opened.`,
    why,
    state: "Nothing was changed.",
    next: "Start the server with the key that it was sealed with (INTERLOCK_KEY), or give the database's URL again.",
  });
}
