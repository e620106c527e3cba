import type { Locale } from "../api/localised.ts";

/**
 * `20 minutes`, `1 heure et 5 minutes`: whole minutes from one on, rounded; seconds below. Hours and minutes, or
 * days and hours, never three units. Milliseconds; less than nothing is nothing.
 */
export function sayDuration(ms: number, locale: Locale): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds === 0) return say({ seconds }, { locale, secondsDisplay: "always" });
  if (seconds < 60) return say({ seconds }, { locale });
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return say({ hours: Math.floor(minutes / 60), minutes: minutes % 60 }, { locale });
  const hours = Math.round(minutes / 60);
  return say({ days: Math.floor(hours / 24), hours: hours % 24 }, { locale });
}

function say(
  duration: Partial<Record<Intl.DurationFormatUnit, number>>,
  { locale, ...options }: { locale: Locale } & Intl.DurationFormatOptions,
): string {
  const key = `${locale} ${JSON.stringify(options)}`;
  const format = formats.get(key) ?? new Intl.DurationFormat(locale, { style: "long", ...options });
  formats.set(key, format);
  return format.format(duration);
}

/** Making one takes as long as a hundred uses of it. */
const formats = new Map<string, Intl.DurationFormat>();
