import MarkdownIt from "markdown-it";
import sanitizeHtml from "sanitize-html";
import { trustedHtml, type Html } from "./html.ts";

const tags =
  "h2 h3 h4 h5 h6 p ul ol li blockquote pre code em strong s a br hr table thead tbody tr th td div img".split(
    " ",
  );

const markdown = new MarkdownIt({ html: false, linkify: false, typographer: false });

/**
 * A text in Markdown as markup that is safe to show: HTML in it is text, links lead to the web or to mail, headings
 * begin below those of the page. Pictures stay where they come with the text, as data: nothing is fetched.
 */
export function renderMarkdown(text: string): Html {
  const clean = sanitizeHtml(markdown.render(text), {
    allowedTags: tags,
    allowedAttributes: { a: ["href", "rel"], div: ["class", "tabindex"], img: ["src", "alt"], ol: ["start"] },
    allowedSchemes: ["https", "http", "mailto"],
    allowedSchemesByTag: { img: ["data"] },
    transformTags: {
      h1: "h3",
      h2: "h3",
      h3: "h4",
      h4: "h5",
      h5: "h6",
      a: sanitizeHtml.simpleTransform("a", { rel: "nofollow noopener noreferrer" }),
    },
    exclusiveFilter: ({ tag, attribs }) => tag === "img" && !(attribs["src"] ?? "").startsWith("data:image/"),
  });
  // A wide table scrolls by itself, also with the keyboard.
  const wrapped = clean
    .replaceAll("<table>", '<div class="scroll" tabindex="0"><table>')
    .replaceAll("</table>", "</table></div>");
  return trustedHtml(wrapped);
}
