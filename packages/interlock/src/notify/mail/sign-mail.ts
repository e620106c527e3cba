import { buffer } from "node:stream/consumers";
import DKIM from "nodemailer/lib/dkim";
import type { MailSettings } from "../settings.ts";

/** Signs messages with DKIM; leaves them as they are where there is no key. */
export function makeSigner({ dkim }: Pick<MailSettings, "dkim">): (message: Buffer) => Promise<Buffer> {
  if (dkim === null) return (message) => Promise.resolve(message);
  const { domain, selector, key } = dkim;
  const signer = new DKIM({ domainName: domain, keySelector: selector, privateKey: key });
  return (message) => buffer(signer.sign(message));
}
