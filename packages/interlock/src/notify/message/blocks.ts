import type { Locale } from "../../api/localised.ts";
import { escapeHtml } from "../mail/escape-html.ts";

/** What a message is made of; its plain text and its HTML both come from this, so they say the same. */
export type Block =
  | { kind: "heading"; text: string; locale?: Locale; level: 1 | 2 }
  | { kind: "paragraph"; text: string; locale?: Locale }
  /** What was said at a moment: `14:49 CET`, `Résolu`, the text. */
  | { kind: "said"; when: string; label: string; text: string; locale?: Locale }
  | { kind: "facts"; rows: { label: string; text: string }[]; locale?: Locale }
  | { kind: "link"; text: string; url: string }
  | { kind: "small"; text: string }
  | { kind: "rule" };

/** Lines of plain text. */
export function renderText(blocks: readonly Block[], locale: Locale): string {
  const texts = blocks.map((block) => textOf(block, "locale" in block ? (block.locale ?? locale) : locale));
  return `${texts.join("\n\n").replaceAll(/\n{3,}/g, "\n\n")}\n`;
}

/** French has a space before it that does not break. */
function colon(locale: Locale): string {
  return locale === "fr" ? "\u00A0:" : ":";
}

function textOf(block: Block, locale: Locale): string {
  switch (block.kind) {
    case "heading":
      return block.level === 1 ? `${block.text}\n${"=".repeat(Math.min(60, block.text.length))}` : block.text;
    case "paragraph":
    case "small":
      return block.text;
    case "said":
      return `${block.when} · ${block.label}\n${block.text}`;
    case "facts":
      return block.rows.map(({ label, text }) => `${label}${colon(locale)} ${text}`).join("\n");
    case "link":
      return `${block.text}${colon(locale)}\n${block.url}`;
    case "rule":
      return "-".repeat(40);
  }
}

const font = "font-family:system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;line-height:1.5";
// Dimmed, not coloured: it has to be readable on light and on dark.
const quiet = "opacity:.75;font-size:13px";

/** A whole HTML page that mail clients understand: styles on the elements, no picture, nothing fetched. */
export function renderHtml(
  blocks: readonly Block[],
  { locale, title }: { locale: Locale; title: string },
): string {
  const inner = blocks.map(htmlOf).join("\n");
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:24px;${font}">
<div style="max-width:600px;margin:0 auto">
${inner}
</div>
</body>
</html>
`;
}

function htmlOf(block: Block): string {
  const lang = "locale" in block && block.locale !== undefined ? ` lang="${block.locale}"` : "";
  switch (block.kind) {
    case "heading":
      return block.level === 1
        ? `<h1${lang} style="font-size:20px;line-height:1.3;margin:0 0 12px">${escapeHtml(block.text)}</h1>`
        : `<h2${lang} style="font-size:16px;margin:24px 0 8px">${escapeHtml(block.text)}</h2>`;
    case "paragraph":
      return `<p${lang} style="margin:0 0 12px">${lines(block.text)}</p>`;
    case "said":
      return `<p${lang} style="margin:0 0 12px"><span style="${quiet}">${escapeHtml(block.when)}</span> <strong>${escapeHtml(block.label)}</strong><br>${lines(block.text)}</p>`;
    case "facts":
      return `<table${lang} role="presentation" style="border-collapse:collapse;margin:0 0 12px">${block.rows
        .map(
          ({ label, text }) =>
            `<tr><td style="padding:2px 16px 2px 0;vertical-align:top;${quiet}">${escapeHtml(label)}</td><td style="padding:2px 0">${escapeHtml(text)}</td></tr>`,
        )
        .join("")}</table>`;
    case "link":
      return `<p style="margin:0 0 12px"><a href="${escapeHtml(block.url)}">${escapeHtml(block.text)}</a></p>`;
    case "small":
      return `<p style="margin:0 0 8px;${quiet}">${lines(block.text)}</p>`;
    case "rule":
      return `<hr style="border:0;border-top:1px solid #8a929d;margin:24px 0">`;
  }
}

function lines(text: string): string {
  return escapeHtml(text).replaceAll(/\r\n|\r|\n/g, "<br>");
}
