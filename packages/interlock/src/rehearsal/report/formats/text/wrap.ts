import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** ASCII, Latin letters and the marks of our own reports: a column each. */
const plain = /^[\u0020-\u007E\u00C0-\u024F·…→│✓✗]*$/;

/** Columns that text takes at a terminal: an emoji two, a combining accent none. */
export function columns(text: string): number {
  if (plain.test(text)) return text.length;
  // Loaded where it is needed: its tables of characters take 30 ms, and hardly any report has such characters.
  const { default: stringWidth } = require("string-width") as typeof import("string-width");
  return stringWidth(text);
}

/** Below it nothing is wrapped: a word a line helps nobody. */
const narrowest = 20;

/**
 * Lines of at most so many columns, broken at spaces. A word that is longer than a line stays whole, so that a path
 * or a command can be copied; a line break begins a line.
 */
export function wrap(text: string, width: number | undefined): string[] {
  if (width === undefined || width < narrowest) return [text];
  const lines: string[] = [];
  let line = "";
  for (const part of text.split(" ")) {
    const longer = line === "" ? part : `${line} ${part}`;
    if (line !== "" && columns(longer) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return [...lines, line];
}

/** One line of at most so many columns, with "…" where something is left out. */
export function clipToColumns(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = "";
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const wide = columns(segment);
    if (used + wide > width - 1) break;
    kept += segment;
    used += wide;
  }
  return `${kept}…`;
}

/** Filled up with spaces to so many columns. */
export function padToColumns(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columns(text)));
}
