import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from "node:crypto";

/**
 * What scrypt costs: 32 MiB and a few hundred milliseconds a password, as the OWASP cheat sheet on storing
 * passwords advises for this much memory. A change of it takes a new format number.
 */
const cost: ScryptOptions = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
const format = 1;
const saltBytes = 16;
const hashBytes = 32;

/** A password as it may be stored: format, salt and scrypt hash. */
export async function hashPassword(password: string): Promise<Buffer> {
  const salt = randomBytes(saltBytes);
  return Buffer.concat([Buffer.of(format), salt, await derive(password, salt)]);
}

/**
 * Whether `password` is the one that was stored. With nothing stored (there is no such login) it takes as long
 * and says no, so that nobody learns which logins exist.
 */
export async function verifyPassword(password: string, stored: Buffer | undefined): Promise<boolean> {
  const known = stored ?? Buffer.alloc(1 + saltBytes + hashBytes, format);
  if (known[0] !== format || known.length !== 1 + saltBytes + hashBytes) {
    throw new Error("this password is stored in a format that is not known");
  }
  const derived = await derive(password, known.subarray(1, 1 + saltBytes));
  return timingSafeEqual(derived, known.subarray(1 + saltBytes)) && stored !== undefined;
}

async function derive(password: string, salt: Buffer): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  // The same letters typed on two keyboards can be composed differently; NFKC makes them one password.
  scrypt(password.normalize("NFKC"), salt, hashBytes, cost, (error, hash) => {
    if (error === null) resolve(hash);
    else reject(error);
  });
  return promise;
}
