export const languages = ["fr", "en", "it"] as const;

export type Language = (typeof languages)[number];

/** What says which language a reader wants, the strongest first. */
export interface LanguageWishes {
  /** `?lang=` of the address: a link of the page was followed. */
  query?: unknown;
  /** The cookie that remembers such a link. */
  cookie?: string | undefined;
  /** billing.language of the payment: what the merchant knows of its customer. */
  billing?: unknown;
  /** The Accept-Language header. */
  accepted?: string | undefined;
}

export function chooseLanguage({ query, cookie, billing, accepted }: LanguageWishes): Language {
  return (
    knownLanguage(query) ?? knownLanguage(cookie) ?? knownLanguage(billing) ?? firstAccepted(accepted) ?? "en"
  );
}

/** `fr`, `FR` and `fr-CA` are French; anything that is none of ours is undefined. */
export function knownLanguage(value: unknown): Language | undefined {
  if (typeof value !== "string") return undefined;
  const name = value.trim().toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === name);
}

/** Accept-Language (RFC 9110, 12.5.4): the known language of the highest weight, the first of equals. */
function firstAccepted(header: string | undefined): Language | undefined {
  const wanted = (header ?? "")
    .slice(0, 500)
    .split(",")
    .map((part) => {
      const [range = "", ...parameters] = part.split(";");
      const weight = parameters.map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/i.exec(parameter)?.[1]);
      return { language: knownLanguage(range), weight: Number(weight.find((q) => q !== undefined) ?? 1) };
    })
    .filter(({ language, weight }) => language !== undefined && weight > 0)
    .toSorted((one, other) => other.weight - one.weight);
  return wanted[0]?.language;
}
