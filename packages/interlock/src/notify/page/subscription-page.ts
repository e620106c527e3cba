import type { Locale } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";
import { escapeHtml } from "../mail/escape-html.ts";
import { wordsIn } from "../message/words.ts";
import type { Page } from "./read-page.ts";

/** A small page about a subscription. What it does needs a press of its button: opening it does nothing. */
export interface SubscriptionPage {
  locale: Locale;
  title: string;
  text: string;
  /** A form without fields that is sent to the page's own address. */
  button?: string;
}

export function renderSubscriptionPage(
  page: Page,
  { locale, title, text, button }: SubscriptionPage,
): string {
  const form =
    button === undefined ? "" : `<form method="post"><button>${escapeHtml(button)}</button></form>`;
  const name = textIn(page.names, locale)?.text ?? "";
  return `<!doctype html>
<html lang="${locale}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>${escapeHtml(title)} · ${escapeHtml(name)}</title></head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${form}
<p><a href="${escapeHtml(`${page.url}/${locale}/`)}">${escapeHtml(wordsIn[locale].back)}</a></p>
</main>
</body>
</html>
`;
}
