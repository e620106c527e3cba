import { InvalidArgumentError } from "commander";
import { locales, type Locale, type Localised } from "../api/localised.ts";
import { impactStatuses, type ComponentImpact } from "../api/incidents.ts";

/** Reads `fr='API de Paiement'`, again and again: one text for each language. */
export function localisedFlag(text: string, before: Localised | undefined): Localised {
  const [, locale = "", said = ""] = /^([a-z]{2})=(.+)$/s.exec(text) ?? [];
  if (!isLocale(locale)) {
    throw new InvalidArgumentError(
      `Write a language and the text: en='Payment API' (${locales.join(", ")}).`,
    );
  }
  if (before?.[locale] !== undefined) throw new InvalidArgumentError(`${locale} is given twice.`);
  return { ...before, [locale]: said };
}

/** Reads `fr,en,it`. */
export function localesFlag(text: string): Locale[] {
  return text.split(",").map((part) => {
    const locale = part.trim();
    if (isLocale(locale)) return locale;
    throw new InvalidArgumentError(`"${locale}" is none of ${locales.join(", ")}.`);
  });
}

/** Reads `payment-api=major_outage`, again and again. */
export function impactFlag(text: string, before: readonly ComponentImpact[] = []): ComponentImpact[] {
  const [component = "", written = ""] = text.split("=");
  const status = impactStatuses.find((known) => known === written && known !== "under_maintenance");
  if (component === "" || status === undefined || status === "under_maintenance") {
    throw new InvalidArgumentError(
      "Write a component and its state: payment-api=major_outage (operational, degraded_performance, partial_outage, major_outage).",
    );
  }
  return [...before, { component, status }];
}

/** Reads a value that may be given again and again, separated by commas or not. */
export function listFlag(text: string, before: readonly string[] = []): string[] {
  return [...before, ...text.split(",").map((part) => part.trim())];
}

/** Reads `version=payments@2.3.1`, again and again. */
export function valueFlag(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, name, value] = /^([a-zA-Z]+)=(.+)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError("Write a name and a value: version=payments@2.3.1.");
  }
  return { ...before, [name]: value };
}

function isLocale(text: string): text is Locale {
  return (locales as readonly string[]).includes(text);
}

/** Only what was given. */
export function given<Members extends object>(members: Members): Partial<Members> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Partial<Members>;
}
