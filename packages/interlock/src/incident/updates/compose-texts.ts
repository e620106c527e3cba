import { locales, type Locale, type Localised } from "../../api/localised.ts";
import { longestText } from "../../api/updates.ts";
import { findPhrase, phraseIn, type PhraseValues } from "../../language/phrases/phrase-in.ts";
import { notValid } from "../refused.ts";

/** A text as it is to be written; one of round 0 does not say all that the others do. */
export interface NewText {
  locale: Locale;
  body: string;
  round: 0 | 1;
}

/** What somebody wants to say: phrases of the catalogue, in order, and free text after them. */
export interface Saying {
  phrases?: readonly string[] | undefined;
  /** Beside the facts: what phrases are filled with, as it was written. */
  values?: Readonly<Record<string, string>> | undefined;
  texts?: Localised | undefined;
}

/**
 * The texts of an update, one paragraph for phrases and one for free text. Throws `Failure` "phrase-not-known",
 * "phrase-value-missing", or "input-not-valid" where nothing is said or too much.
 */
export function composeTexts(
  { phrases = [], values = {}, texts = {} }: Saying,
  { facts, timeZone }: { facts: PhraseValues; timeZone: string },
): NewText[] {
  const hasFreeText = Object.values(texts).some((text) => text !== undefined);
  if (phrases.length === 0 && !hasFreeText) {
    throw notValid("The update says nothing.", {
      next: "Give --phrase (interlock incident phrases lists them), or a text for each language: --fr, --en, --it.",
    });
  }
  const filled = phrases.map((phrase) => ({ phrase, values: { ...facts, ...givenValues(phrase, values) } }));
  return locales.flatMap((locale) => {
    const sentences = filled.map((one) => phraseIn({ ...one, locale, timeZone }));
    const free = texts[locale];
    const body = [...sentences, ...(free === undefined ? [] : [plainText(free)])].join("\n");
    if (body.length > longestText) {
      throw notValid(`The text in ${locale} is longer than ${String(longestText)} characters.`, {
        next: "Say less, or say it in two updates.",
      });
    }
    if (body === "") return [];
    return [{ locale, body, round: hasFreeText && free === undefined ? 0 : 1 }];
  });
}

/** Line breaks of every system become one. */
export function plainText(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n").trim();
}

function givenValues(phrase: string, written: Readonly<Record<string, string>>): PhraseValues {
  const { values } = findPhrase(phrase);
  const read: Record<string, string | Date> = {};
  for (const [name, text] of Object.entries(written)) {
    const kind = values[name];
    if (kind === "text") read[name] = text;
    if (kind === "moment") read[name] = momentOf(name, text);
  }
  return read;
}

function momentOf(name: string, text: string): Date {
  const at = /T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(text) ? new Date(text) : new Date(Number.NaN);
  if (!Number.isNaN(at.getTime())) return at;
  throw notValid(`The value ${name} is no moment: ${text}`, {
    next: "Write it with its offset: 2026-12-01T09:00:00+01:00.",
  });
}
