import { clip, printable } from "../../printable.ts";

/** Longer than what anybody reads of a name or a message in a comment. */
const longest = 400;

/**
 * Text that comes from a migration, a workload or PostgreSQL, as code: there GitHub makes no mention, reference,
 * link, image or HTML of it. What would end a code span or a cell of a table is written as an entity.
 */
export function code(text: string): string {
  const shown = clip(printable(text), longest);
  if (shown === "") return "";
  if (/[`|\\]/.test(shown) || shown.trim() !== shown) return `<code>${entities(shown)}</code>`;
  return `\`${shown}\``;
}

/** The same as prose: nothing in it is Markdown, HTML, a mention or a reference. */
export function prose(text: string): string {
  return (
    clip(printable(text), longest)
      .replace(/[\\`*_[\]<>|#!~&$]/g, entity)
      // What would begin a list, a rule or a block of code at the beginning of a line.
      .replace(/^ {2,}/, " ")
      .replace(/^( ?)([-+=])/, (_, space: string, mark: string) => space + entity(mark))
      .replace(/^( ?\d+)([.)])(?=\s|$)/, (_, number: string, mark: string) => number + entity(mark))
      .replace(/:(?=\/\/)/g, "&#58;")
      .replace(/(?<![\p{L}\p{N}])@/gu, "@\u200B")
  );
}

/** Everything but letters, digits and spaces. */
function entities(text: string): string {
  return text.replace(/[^\p{L}\p{N} ]/gu, entity);
}

function entity(character: string): string {
  return `&#${String(character.codePointAt(0))};`;
}
