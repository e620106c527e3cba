import { domainToASCII } from "node:url";

/**
 * An email address as it is sent to and told apart by: the domain in lower-case ASCII, the part before the @ as it
 * was written. Undefined for what is none, or needs quotes or SMTPUTF8: what is let through can be put into a header
 * and an SMTP command as it stands.
 */
export function parseEmailAddress(text: string): string | undefined {
  const trimmed = text.trim();
  const at = trimmed.lastIndexOf("@");
  const local = trimmed.slice(0, at);
  const domain = domainToASCII(trimmed.slice(at + 1)).toLowerCase();
  if (at < 1 || local.length > 64 || domain.length > 190 || trimmed.length > 254) return undefined;
  if (!/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local))
    return undefined;
  const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
  const labels = domain.split(".");
  if (labels.length < 2 || !labels.every((each) => label.test(each))) return undefined;
  // An IPv4 address is no domain.
  return /^\d+$/.test(labels.at(-1) ?? "") ? undefined : `${local}@${domain}`;
}

/** What two spellings of one mailbox have in common: hardly any server tells upper from lower case. */
export function sameMailbox(address: string): string {
  return address.toLowerCase();
}

/** `j…@example.com`: for people who have to tell addresses apart, not to write to them. */
export function showEmailAddress(address: string): string {
  const at = address.lastIndexOf("@");
  return `${address.slice(0, 1)}…${address.slice(at)}`;
}
