import { createIntl, createIntlCache, type IntlShape } from "@formatjs/intl";
import type { Locale } from "../api/localised.ts";
import { catalogue } from "./phrases/catalogue.ts";

const cache = createIntlCache();
const speakers = new Map<string, IntlShape<string>>();

/** English as it is written in Europe: day before month, 24 hours. */
export const languageTags: Readonly<Record<Locale, string>> = { fr: "fr-FR", en: "en-GB", it: "it-IT" };

/** Formats dates, durations and messages in a language and a time zone (IANA). Throws RangeError for a zone that there is none of. */
export function speakerOf({ locale, timeZone }: { locale: Locale; timeZone: string }): IntlShape<string> {
  const key = `${locale} ${timeZone}`;
  const known = speakers.get(key);
  if (known !== undefined) return known;
  const speaker = createIntl(
    { locale: languageTags[locale], timeZone, messages: messagesIn(locale), onError: refuse },
    cache,
  );
  speakers.set(key, speaker);
  return speaker;
}

function messagesIn(locale: Locale): Record<string, string> {
  return Object.fromEntries([...catalogue].map(([key, { texts }]) => [key, texts[locale]]));
}

/** A message that can't be formatted is a programmer's error: a half sentence must not reach a client. */
function refuse(error: Error): never {
  throw error;
}
