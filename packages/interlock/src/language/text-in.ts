import { locales, type Locale, type Localised } from "../api/localised.ts";

/** A text in a language, or in the first other one that has it, in the order of `locales`; undefined for none. */
export function textIn(texts: Localised, locale: Locale): { text: string; locale: Locale } | undefined {
  for (const candidate of [locale, ...locales]) {
    const text = texts[candidate];
    if (text !== undefined) return { text, locale: candidate };
  }
  return undefined;
}
