/** A name that needs no quotes as far as its letters go; display only, so keywords do not matter. */
const plain = /^[a-z_][a-z0-9_$]*$/;

/** Quotes an identifier, always: `payments` → `"payments"`. Names may hold anything but a zero byte. */
export function quoteIdentifier(name: string): string {
  if (name.includes("\0")) throw new Error("an identifier holds no zero byte");
  return `"${name.replaceAll('"', '""')}"`;
}

/** Quotes a schema-qualified name: `public`, `payments` → `"public"."payments"`. */
export function quoteQualified(...parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join(".");
}

/** Quotes a string constant for any setting of `standard_conforming_strings`. */
export function quoteLiteral(text: string): string {
  if (text.includes("\0")) throw new Error("a text value holds no zero byte");
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return quoted.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
}

/** For people: a name as they would write it, in quotes only where it needs them. */
export function displayName(...parts: readonly string[]): string {
  return parts.map((part) => (plain.test(part) ? part : quoteIdentifier(part))).join(".");
}
