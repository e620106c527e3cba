import type { Locale } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";
import type { LetterText } from "../mail/letter.ts";
import { renderHtml, renderText, type Block } from "./blocks.ts";
import { headerRows } from "./header-rows.ts";
import { threadReferences } from "./message-id.ts";
import type { ThreadFacts } from "./thread-facts.ts";
import { threadUrl, unsubscribeUrl } from "./urls.ts";
import { wordsIn } from "./words.ts";

/** Says that the analysis of an incident is published, and where. */
export function postmortemLetter(
  facts: ThreadFacts,
  { locale, token }: { locale: Locale; token: string },
): LetterText {
  const { page } = facts;
  const words = wordsIn[locale];
  const title = words.postmortemSubject(textIn(facts.titles, locale)?.text ?? facts.reference);
  const pageName = textIn(page.names, locale)?.text ?? "";
  const blocks: Block[] = [
    { kind: "small", text: `${pageName} · ${facts.reference}` },
    { kind: "heading", text: title, level: 1 },
    { kind: "paragraph", text: words.postmortemBody },
    { kind: "facts", rows: headerRows(facts, locale) },
    { kind: "link", text: words.more, url: threadUrl(page, { ...facts, locale }) },
    { kind: "rule" },
    { kind: "small", text: words.whyYou(pageName) },
    { kind: "link", text: words.unsubscribe, url: unsubscribeUrl(page, { locale, token }) },
  ];
  return {
    subject: `[${pageName}] ${title}`,
    text: renderText(blocks, locale),
    html: renderHtml(blocks, { locale, title }),
    references: threadReferences(facts),
  };
}
