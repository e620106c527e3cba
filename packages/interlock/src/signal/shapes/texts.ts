import { createHash } from "node:crypto";
import { storableText } from "../../control/storable.ts";

/** What is kept of one text at most. */
const longest = 2_000;
const mostTexts = 60;

/** A text as it is kept: bounded, and such that PostgreSQL holds it. */
export function keptText(text: string, most = longest): string {
  return storableText(text.slice(0, most));
}

/** Of anything: its texts and numbers, bounded. */
export function textsOf(members: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(members).flatMap(([name, value]): [string, string][] => {
    if (typeof value === "string") return value === "" ? [] : [[keptText(name, 100), keptText(value)]];
    if (typeof value === "number" || typeof value === "boolean")
      return [[keptText(name, 100), String(value)]];
    return [];
  });
  return Object.fromEntries(texts.slice(0, mostTexts));
}

/** A key for what has none: of its labels, whatever their order. */
export function keyOfLabels(labels: Readonly<Record<string, string>>): string {
  const text = JSON.stringify(Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1)));
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** A moment as a sender writes it; null for none, and for the year 1, which is Go's for none. */
export function momentOf(text: string | undefined): Date | null {
  if (text === undefined || text.startsWith("0001-")) return null;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? null : at;
}
