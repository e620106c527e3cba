import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";
import { z } from "zod";
import { probeOrderSchema, type ProbeOrder, type SealedOrders } from "../api/probes.ts";
import { Failure } from "../std/failure.ts";

const nonceBytes = 12;
const tagBytes = 16;

/** What a worker asks for orders with: the public half goes to the server. */
export interface WorkerKeys {
  privateKey: KeyObject;
  /** SubjectPublicKeyInfo of X25519, in base64. */
  publicKey: string;
}

/** New keys, for as long as a worker runs. */
export function makeWorkerKeys(): WorkerKeys {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  return { privateKey, publicKey: textOf(publicKey) };
}

/**
 * Orders that only the worker can read who has the private half of the key: X25519 with a key of this answer alone,
 * HKDF, AES-256-GCM. What stands between it and the server sees nothing of what probes send. Throws `Failure`
 * "input-not-valid" for a key that is none.
 */
export function sealOrders(orders: readonly ProbeOrder[], publicKey: string): SealedOrders {
  const own = generateKeyPairSync("x25519");
  const ephemeralKey = textOf(own.publicKey);
  const key = secretOf({ privateKey: own.privateKey, publicKey, ephemeralKey });
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const hidden = Buffer.concat([cipher.update(JSON.stringify(orders), "utf8"), cipher.final()]);
  const sealed = Buffer.concat([nonce, cipher.getAuthTag(), hidden]).toString("base64");
  return { count: orders.length, ephemeralKey, sealed };
}

/** What `sealOrders` sealed. Throws where it is for another worker, or was changed. */
export function openOrders({ ephemeralKey, sealed }: SealedOrders, { privateKey }: WorkerKeys): ProbeOrder[] {
  const key = secretOf({ privateKey, publicKey: ephemeralKey, ephemeralKey });
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, nonceBytes), {
    authTagLength: tagBytes,
  }).setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()]);
  return z.array(probeOrderSchema).parse(JSON.parse(text.toString("utf8")));
}

function secretOf({
  privateKey,
  publicKey,
  ephemeralKey,
}: {
  privateKey: KeyObject;
  publicKey: string;
  ephemeralKey: string;
}): Buffer {
  let shared: Buffer;
  try {
    const key = createPublicKey({ key: Buffer.from(publicKey, "base64"), format: "der", type: "spki" });
    if (key.asymmetricKeyType !== "x25519") throw new Error("another kind of key");
    shared = diffieHellman({ privateKey, publicKey: key });
  } catch {
    throw new Failure({
      code: "input-not-valid",
      message: "The worker's public key can't be used.",
      why: "It is no SubjectPublicKeyInfo of X25519 in base64.",
      state: "Nothing was given out.",
    });
  }
  return Buffer.from(hkdfSync("sha256", shared, ephemeralKey, "interlock probe orders", 32));
}

function textOf(key: KeyObject): string {
  return key.export({ format: "der", type: "spki" }).toString("base64");
}
