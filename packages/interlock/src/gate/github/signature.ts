import { createHmac, timingSafeEqual } from "node:crypto";

/** Whether `header` (X-Hub-Signature-256) is GitHub's signature of exactly these bytes. */
export function isSignedBy(secret: string, { body, header }: { body: Uint8Array; header: unknown }): boolean {
  if (typeof header !== "string" || !/^sha256=[0-9a-f]{64}$/.test(header)) return false;
  const expected = createHmac("sha256", secret).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(header.slice("sha256=".length), "hex"));
}
