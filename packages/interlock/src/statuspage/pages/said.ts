import { locales, type Locale, type Localised } from "../../api/localised.ts";
import { sayDay, sayMoment, sayTime, type Place } from "../../language/moment.ts";
import { textIn } from "../../language/text-in.ts";
import type { Context } from "../context.ts";
import { html, type Html } from "../html.ts";

/** A short text in the reader's language, or in another one that says so; for names and titles. */
export function said(texts: Localised, locale: Locale): Html {
  const found = textIn(texts, locale);
  if (found === undefined) return html``;
  return found.locale === locale
    ? html`<bdi>${found.text}</bdi>`
    : html`<bdi lang="${found.locale}">${found.text}</bdi>`;
}

/** The same without markup, for attributes and titles. */
export function plain(texts: Localised, locale: Locale): string {
  return textIn(texts, locale)?.text ?? "";
}

/** The other languages that a page has, in their order. */
export function otherLocales({ model, locale }: Pick<Context, "model" | "locale">): Locale[] {
  return model.page.locales.filter((other) => other !== locale);
}

/** Every language that a text is in, those of the page first. */
export function localesOf(texts: Localised, { model }: Pick<Context, "model">): Locale[] {
  const order = [...model.page.locales, ...locales.filter((locale) => !model.page.locales.includes(locale))];
  return order.filter((locale) => texts[locale] !== undefined);
}

/** A text as paragraphs: an empty line ends one, a line break stays one. */
export function paragraphs(text: string): Html[] {
  return text
    .split(/\r?\n[\t ]*\r?\n+/)
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const lines = part.split(/\r?\n/);
      return html`<p dir="auto">
        ${lines.map((line, index) => (index === 0 ? line : html`<br />${line}`))}
      </p>`;
    });
}

export function placeOf({ model, locale }: Pick<Context, "model" | "locale">): Place {
  return { locale, timeZone: model.page.timeZone };
}

/** `<time>` of a moment, as words of the page's time zone. */
export function moment(at: Date, context: Pick<Context, "model" | "locale">): Html {
  return html`<time datetime="${stamp(at)}">${sayMoment(at, placeOf(context))}</time>`;
}

/** Only the time where the day is clear from what stands around it. */
export function timeOrMoment(
  at: Date,
  beside: Date | undefined,
  context: Pick<Context, "model" | "locale">,
): Html {
  const place = placeOf(context);
  const sameDay = beside !== undefined && sayDay(at, place) === sayDay(beside, place);
  return html`<time datetime="${stamp(at)}">${sameDay ? sayTime(at, place) : sayMoment(at, place)}</time>`;
}

/** ISO 8601 to the second. */
export function stamp(at: Date): string {
  return at.toISOString().replace(/\.\d{3}Z$/, "Z");
}
