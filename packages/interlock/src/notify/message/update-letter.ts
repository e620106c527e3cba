import type { Locale } from "../../api/localised.ts";
import { sayMoment, sayTime } from "../../language/moment.ts";
import { textIn } from "../../language/text-in.ts";
import type { LetterText } from "../mail/letter.ts";
import { renderHtml, renderText, type Block } from "./blocks.ts";
import { headerRows, statusLabel } from "./header-rows.ts";
import { localesFor, type SaidUpdate, type ThreadFacts } from "./thread-facts.ts";
import { threadUrl, unsubscribeUrl } from "./urls.ts";
import { threadReferences } from "./message-id.ts";
import { wordsIn } from "./words.ts";

/** Of those before it, the texts that a message holds; the page has them all. */
const mostEarlier = 20;

/**
 * What an update says to who reads a language: its text, the facts of the incident, what was said before, so that
 * whoever missed a message has missed nothing, and the same text in the page's other languages.
 */
export function updateLetter(
  facts: ThreadFacts,
  { update, locale, token }: { update: SaidUpdate; locale: Locale; token: string },
): LetterText {
  const { page } = facts;
  const words = wordsIn[locale];
  const title = textIn(facts.titles, locale)?.text ?? facts.reference;
  const pageName = textIn(page.names, locale)?.text ?? "";
  const url = threadUrl(page, { ...facts, locale });
  const blocks: Block[] = [
    { kind: "small", text: `${pageName} · ${facts.reference}` },
    { kind: "heading", text: title, level: 1 },
    said(facts, { update, locale, whole: true }),
    { kind: "facts", rows: headerRows(facts, locale) },
    { kind: "link", text: words.more, url },
    ...earlier(facts, { update, locale }),
    ...localesFor(facts, locale)
      .slice(1)
      .flatMap((other) => inOther(facts, { update, locale: other })),
    { kind: "rule" },
    { kind: "small", text: words.whyYou(pageName) },
    { kind: "link", text: words.unsubscribe, url: unsubscribeUrl(page, { locale, token }) },
  ];
  return {
    subject: `[${pageName}] ${statusLabel(update.status, locale)} – ${title}`,
    text: renderText(blocks, locale),
    html: renderHtml(blocks, { locale, title }),
    references: threadReferences(facts),
  };
}

function said(
  { page }: Pick<ThreadFacts, "page">,
  { update, locale, whole = false }: { update: SaidUpdate; locale: Locale; whole?: boolean },
): Block {
  const found = textIn(update.texts, locale) ?? { text: "", locale };
  const place = { locale, timeZone: page.timeZone };
  return {
    kind: "said",
    when: (whole ? sayMoment : sayTime)(update.occurredAt, place),
    label: statusLabel(update.status, locale),
    text: found.text,
    ...(found.locale === locale ? {} : { locale: found.locale }),
  };
}

function earlier(facts: ThreadFacts, { update, locale }: { update: SaidUpdate; locale: Locale }): Block[] {
  const before = facts.updates.filter(
    (other) => other.id !== update.id && other.publishedAt.getTime() <= update.publishedAt.getTime(),
  );
  if (before.length === 0) return [];
  return [
    { kind: "heading", text: wordsIn[locale].earlier, level: 2 },
    ...before.slice(0, mostEarlier).map((other) => said(facts, { update: other, locale, whole: true })),
  ];
}

function inOther(facts: ThreadFacts, { update, locale }: { update: SaidUpdate; locale: Locale }): Block[] {
  const text = update.texts[locale];
  if (text === undefined) return [];
  const title = facts.titles[locale] ?? textIn(facts.titles, locale)?.text ?? facts.reference;
  return [
    { kind: "rule" },
    { kind: "heading", text: title, locale, level: 2 },
    { ...said(facts, { update, locale, whole: true }), locale } as Block,
    { kind: "facts", rows: headerRows(facts, locale), locale },
  ];
}
