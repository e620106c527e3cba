import markdownIt from "markdown-it";
import sanitizeHtml from "sanitize-html";

/** HTML in the text is text; links are only what is written as one. */
const renderer = markdownIt({ html: false, linkify: false, typographer: false });

/**
 * Markdown as HTML that a public page can hold: nothing that runs, nothing that is loaded from elsewhere (an image
 * would tell its server who reads), and links only to the web and to mail.
 */
export function htmlOf(markdown: string): string {
  return sanitizeHtml(renderer.render(markdown), {
    allowedTags: [
      "p",
      "br",
      "hr",
      "h4",
      "h5",
      "h6",
      "strong",
      "em",
      "s",
      "a",
      "code",
      "pre",
      "blockquote",
      "ul",
      "ol",
      "li",
      "table",
      "thead",
      "tbody",
      "tr",
      "th",
      "td",
    ],
    allowedAttributes: { a: ["href", "rel"], ol: ["start"], th: ["scope"] },
    allowedSchemes: ["https", "http", "mailto"],
    allowProtocolRelative: false,
    disallowedTagsMode: "discard",
    transformTags: {
      a: (tagName, { href }) => ({
        tagName,
        attribs: { ...(href === undefined ? {} : { href }), rel: "nofollow noopener noreferrer" },
      }),
      // A section has a heading of the third level; what an author writes stands below it.
      h1: "h4",
      h2: "h4",
      h3: "h4",
      th: sanitizeHtml.simpleTransform("th", { scope: "col" }),
    },
  });
}

/** Text as Markdown that shows exactly that text, on one line: what it holds is data, never markup. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/\s+/g, " ")
    .trim()
    .replace(/[\\`*_{}[\]()#+\-.!|<>~&:"']/g, (letter) => (isPlain(letter) ? letter : `\\${letter}`))
    .replace(/^(\d+)([.)])(?=\s|$)/, "$1\\$2")
    .replace(/^[-+=]/, "\\$&");
}

/** Letters that mean something only where other escaped ones stand, and that every text is full of. */
function isPlain(letter: string): boolean {
  return ".-'\":()!+".includes(letter);
}

/** Text as code on one line, whatever backticks it holds. */
export function codeInline(text: string): string {
  const flat = text.replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `${fence}${flat}${fence}` : `${fence} ${flat} ${fence}`;
}

/** Text as a block of code, whatever backticks it holds. */
export function codeBlock(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}sql\n${text.replaceAll("\r", "")}\n${fence}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** A table with a row of headings; cells are Markdown already. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  return [line(headings), line(headings.map(() => "---")), ...rows.map(line)].join("\n");
}
