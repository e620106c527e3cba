import { sayDay, sayMoment, sayTime, type Place } from "../language/moment.ts";
import { say } from "./wording/say.ts";

/** `on 17 December 2024 from 14:17 CET to 14:37 CET`; over midnight both days are said. */
export function sayInterval(from: Date, until: Date, place: Place): string {
  const { locale } = place;
  const day = sayDay(from, place);
  if (day !== sayDay(until, place)) {
    return say("interval", {
      locale,
      values: { from: sayMoment(from, place), until: sayMoment(until, place) },
    });
  }
  const values = { day, from: sayTime(from, place), until: sayTime(until, place) };
  return say("interval-in-a-day", { locale, values });
}
