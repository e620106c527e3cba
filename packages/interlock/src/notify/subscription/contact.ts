import { randomBytes } from "node:crypto";
import type { Sealer } from "../../access/sealer.ts";

/** How a subscriber is reached. */
export interface Contact {
  /** An email address, or the URL of a webhook. */
  address: string;
  /** The token that unsubscribes, in every message. */
  unsubscribe: string;
  /** What a webhook's signatures are made with; null where nothing is signed. */
  secret: string | null;
}

/** A secret as Standard Webhooks has them: 24 to 64 random bytes in base64. */
export function newHookSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

export function sealContact(sealer: Sealer, subscriber: string, contact: Contact): Buffer {
  return sealer.seal(JSON.stringify(contact), `subscriber/${subscriber}`);
}

export function openContact(sealer: Sealer, subscriber: string, sealed: Uint8Array): Contact {
  return JSON.parse(sealer.open(sealed, `subscriber/${subscriber}`)) as Contact;
}
