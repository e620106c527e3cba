import { statusLabels } from "../../language/labels.ts";
import type { Locale } from "../../api/localised.ts";
import { textIn } from "../../language/text-in.ts";
import type { Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageUpdate } from "../page-model.ts";
import { word } from "../words.ts";
import { moment, paragraphs, timeOrMoment } from "./said.ts";

/** The public messages, newest first, in the context's language. */
export function updateList(updates: readonly PageUpdate[], context: Context): Html {
  if (updates.length === 0) return html`<p class="note">${word("no-updates", context.locale)}</p>`;
  return html`<ol class="told">
    ${updates.map((update) => one(update, context))}
  </ol>`;
}

function one(update: PageUpdate, context: Context): Html {
  const { locale, isFold = false } = context;
  const { occurredAt, publishedAt, editedAt, isBackdated } = update;
  const marks = [
    isBackdated && dated("backdated", publishedAt, occurredAt, context),
    editedAt !== null && dated("edited-at", editedAt, occurredAt, context),
  ].filter((mark) => mark !== false);
  return html`<li${!isFold && html` id="${update.id}"`}>
<header><b>${statusLabels[update.status][locale]}</b> ${moment(occurredAt, context)}</header>
<div>${textOf(update, locale)}${
    marks.length > 0 && html`<p class="note">${marks.map((mark, index) => [index > 0 && " · ", mark])}</p>`
  }</div>
</li>
`;
}

/** The text of an update; where the language has none, another one's, with its language told to who reads it aloud. */
function textOf({ texts }: PageUpdate, locale: Locale): Html {
  const found = textIn(texts, locale);
  if (found === undefined) return html``;
  if (found.locale === locale) return html`${paragraphs(found.text)}`;
  return html`<p class="note">${word("text-in-other", locale)}</p>
    <div lang="${found.locale}">${paragraphs(found.text)}</div>`;
}

/** A sentence with a moment in it, the moment as `<time>`. */
function dated(key: "backdated" | "edited-at", at: Date, beside: Date, context: Context): Html {
  const [before = "", after = ""] = word(key, context.locale, { moment: "\u0000" }).split("\u0000");
  return html`${before}${timeOrMoment(at, beside, context)}${after}`;
}
