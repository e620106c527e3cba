import type { Language } from "./language.ts";

const locales = { fr: "fr-FR", en: "en-IE", it: "it-IT" } as const satisfies Record<Language, string>;

/** Making one takes far longer than using it, so they are kept: one for each language and currency. */
const amounts = new Map<string, Intl.NumberFormat>();

/** `19,99 €`, `€19.99`: an amount in cents as the readers of a language write it. */
export function formatAmount(
  language: Language,
  { amountCents, currency }: { amountCents: number; currency: string },
): string {
  const key = `${language} ${currency}`;
  const format =
    amounts.get(key) ?? new Intl.NumberFormat(locales[language], { style: "currency", currency });
  amounts.set(key, format);
  return format.format(amountCents / 100);
}

/** Day and time of a moment in seconds since 1970, in Paris, where the platform is. */
export function formatMoment(language: Language, seconds: number): string {
  const format = new Intl.DateTimeFormat(locales[language], {
    dateStyle: "long",
    timeStyle: "short",
    timeZone: "Europe/Paris",
  });
  return format.format(new Date(seconds * 1_000));
}
