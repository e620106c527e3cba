import type { Page } from "../page/read-page.ts";
import { hostOf } from "./urls.ts";

/**
 * The Message-ID of a delivery, the same at every attempt: `<upd_….r1.sub_…@host>`. A mail server or reader that sees
 * it twice can tell that it is one message.
 */
export function messageIdOf(
  { subject, revision, receiver }: { subject: string; revision: number; receiver: string },
  page: Page,
): string {
  return `<${subject.replaceAll(/[^A-Za-z0-9_.-]/g, ".")}.r${String(revision)}.${receiver}@${hostOf(page)}>`;
}

/** What every message about one incident refers to, so that readers see them as one conversation. */
export function threadReferences({ id, page }: { id: string; page: Page }): string[] {
  return [`<${id}@${hostOf(page)}>`];
}
