import { createHash } from "node:crypto";

/** What a Content-Security-Policy calls a style or script that stands in the page itself. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
