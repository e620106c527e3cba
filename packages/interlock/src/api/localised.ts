import { z } from "zod";

/** The languages that the phrase catalogue speaks. */
export const locales = ["fr", "en", "it"] as const;
export type Locale = (typeof locales)[number];
export const localeSchema = z.enum(locales);

/** A text for each language that there is one for. */
export type Localised = { [locale in Locale]?: string | undefined };

/** The same of names and titles: they stand in lists, headers and subjects of mails, so they are one line. */
export function localisedLineSchema(most: number): z.ZodType<Localised> {
  return localisedSchema(most).refine(
    (texts) =>
      Object.values(texts).every((text) => text === undefined || !/[\p{Cc}\u2028\u2029]/u.test(text)),
    "write it in one line",
  );
}

/** Of a text in several languages, one at least: `{"fr": "API de Paiement", "en": "Payment API"}`. */
export function localisedSchema(most: number): z.ZodType<Localised> {
  const text = z.string().trim().min(1).max(most);
  return z
    .strictObject({ fr: text.optional(), en: text.optional(), it: text.optional() })
    .refine(
      (texts) => Object.values(texts).some((written) => written !== undefined),
      "write it in one language at least",
    );
}
