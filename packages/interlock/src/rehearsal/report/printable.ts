/**
 * Characters that a terminal, a browser or an XML parser acts on instead of showing them: controls, what turns the
 * direction of writing, what has no width, halves of characters, and what is no character at all.
 */
const unshowable =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF\uFFFE\uFFFF]/gu;

/** Text from a migration, a workload or PostgreSQL in one line that can be shown anywhere: "\u001b" for an escape. */
export function printable(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ").replace(unshowable, escaped);
}

/** The same for text whose lines stay lines. */
export function printableLines(text: string): string {
  return text
    .split(/\r\n|[\r\n]/)
    .map((line) => line.replaceAll("\t", "  ").replace(unshowable, escaped))
    .join("\n");
}

function escaped(character: string): string {
  return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
}

/** At most so many characters, the last of them "…" where something is left out. */
export function clip(text: string, most: number): string {
  const characters = [...text];
  return characters.length > most ? `${characters.slice(0, most - 1).join("")}…` : text;
}
