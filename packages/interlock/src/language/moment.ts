import type { Locale } from "../api/localised.ts";
import { speakerOf } from "./speaker.ts";

export interface Place {
  locale: Locale;
  /** IANA: `Europe/Paris`. */
  timeZone: string;
}

/** `17 décembre 2024 à 14:17 CET`: the zone is always shown. */
export function sayMoment(at: Date, place: Place): string {
  const text = speakerOf(place).formatDate(at, {
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  return `${text} ${sayZone(at, place)}`;
}

/** `14:17 CET`. */
export function sayTime(at: Date, place: Place): string {
  const text = speakerOf(place).formatTime(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return `${text} ${sayZone(at, place)}`;
}

/** `17 décembre 2024`. */
export function sayDay(at: Date, place: Place): string {
  return speakerOf(place).formatDate(at, { day: "numeric", month: "long", year: "numeric" });
}

/** `CET` or `CEST`, the same in every language: French data would say UTC+1, which nobody in Paris does. */
export function sayZone(at: Date, { timeZone }: Pick<Place, "timeZone">): string {
  const parts = speakerOf({ locale: "en", timeZone }).formatDateToParts(at, { timeZoneName: "short" });
  return parts.find(({ type }) => type === "timeZoneName")?.value ?? timeZone;
}
