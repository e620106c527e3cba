/**
 * What PostgreSQL gives back of a value that went through jsonb: without undefined members, dates as texts. Texts
 * lose what PostgreSQL can't hold: U+0000 and halves of surrogate pairs become U+FFFD.
 */
export function storable(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_, inner: unknown) => {
    if (typeof inner === "string") return storableText(inner);
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, member]) => [storableText(name), member]));
  });
}

/** A text as PostgreSQL holds it. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\u0000", "\uFFFD");
}
