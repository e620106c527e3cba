import { createIntl, createIntlCache, type IntlShape } from "@formatjs/intl";
import type { Locale } from "../../api/localised.ts";
import { en } from "./en.ts";
import { fr } from "./fr.ts";
import { it } from "./it.ts";
import type { Wording, WordingKey } from "./wording.ts";

const wordings: Readonly<Record<Locale, Wording>> = { fr, en, it };
const tags: Readonly<Record<Locale, string>> = { fr: "fr-FR", en: "en-GB", it: "it-IT" };
const cache = createIntlCache();
const speakers = new Map<Locale, IntlShape<string>>();

/** What a post-mortem itself says, in a language: `say("section-impact", { locale })`. */
export function say(
  key: WordingKey,
  { locale, values = {} }: { locale: Locale; values?: Readonly<Record<string, string | number>> },
): string {
  return speakerIn(locale).formatMessage({ id: key }, values);
}

/** A draft of a text: each fact that its message names becomes a placeholder, `{duration}` becoming `{{duration}}`. */
export function sayDraft(key: WordingKey, { locale, count = 0 }: { locale: Locale; count?: number }): string {
  const names = wordings[locale][key].matchAll(/\{([A-Za-z]+)\}/g);
  const placeholders = Object.fromEntries([...names].map(([, name = ""]) => [name, `{{${name}}}`]));
  return say(key, { locale, values: { ...placeholders, count } });
}

/** `1,234` · `1 234`: a count as it is written in a language. */
export function sayNumber(value: number, locale: Locale, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(tags[locale], { maximumFractionDigits: 1, ...options }).format(value);
}

/** `A`, `A and B`, `A, B and C`. */
export function sayList(items: readonly string[], locale: Locale): string {
  return new Intl.ListFormat(tags[locale], { type: "conjunction" }).format(items);
}

/** The name of a language in a language: `English`, `anglais`. */
export function sayLanguage(language: Locale, locale: Locale): string {
  return new Intl.DisplayNames(tags[locale], { type: "language" }).of(language) ?? language;
}

function speakerIn(locale: Locale): IntlShape<string> {
  const known = speakers.get(locale);
  if (known !== undefined) return known;
  const speaker = createIntl(
    { locale: tags[locale], messages: { ...wordings[locale] }, onError: refuse },
    cache,
  );
  speakers.set(locale, speaker);
  return speaker;
}

/** A message that can't be formatted is a programmer's error: a half sentence must not reach a client. */
function refuse(error: Error): never {
  throw error;
}
