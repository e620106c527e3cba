import type { Locale } from "../../api/localised.ts";
import { findPhrase, phraseIn, type PhraseValues } from "./phrase-in.ts";

/** A phrase with its values named in braces, or with some that stand for them: what people choose by. */
export function previewOf(phrase: string, locale: Locale): string {
  const values: Record<string, PhraseValues[string]> = {};
  for (const [name, kind] of Object.entries(findPhrase(phrase).values)) {
    values[name] = examples[kind] ?? `<${name}>`;
  }
  return phraseIn({ phrase, values, locale, timeZone: "Europe/Paris" });
}

const examples: Readonly<Record<string, PhraseValues[string]>> = {
  components: [{ fr: "API de Paiement", en: "Payment API", it: "API di Pagamento" }],
  moment: new Date("2024-12-17T13:37:00Z"),
  duration: 20 * 60_000,
};
