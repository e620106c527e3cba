import type { Locale } from "../../api/localised.ts";

/**
 * What a phrase is filled with: names of components as a list, a moment, a length of time in milliseconds, or a text
 * that is the same in every language, such as a version or a reference.
 */
export type ValueKind = "components" | "moment" | "duration" | "text";

/** A sentence of the catalogue: an ICU message for each language, with the same values in all of them. */
export interface Phrase {
  values: Readonly<Record<string, ValueKind>>;
  texts: Readonly<Record<Locale, string>>;
}

export type Phrases = Readonly<Record<string, Phrase>>;
