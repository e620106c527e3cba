import { Temporal } from "temporal-polyfill";
import type { FreezeSchedule } from "../../api/rules.ts";
import { Failure } from "../../std/failure.ts";

const weekdays = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"] as const;

/**
 * Reads `fri 16:00 - mon 08:00` in a time zone as a schedule. It begins with the last such Friday, so that one
 * written on a Saturday is in force at once. Throws `Failure` "schedule-not-valid".
 */
export function weekly(
  text: string,
  { timeZone, at }: { timeZone: string; at: Date },
): Extract<FreezeSchedule, { rrule: string }> {
  const match = /^\s*([a-z]{3}) (\d{1,2}):(\d{2})\s*-\s*([a-z]{3}) (\d{1,2}):(\d{2})\s*$/i.exec(text);
  const [, fromDay = "", fromHour, fromMinute, untilDay = "", untilHour, untilMinute] = match ?? [];
  const from = minuteOfWeek({ day: fromDay, hour: fromHour, minute: fromMinute });
  const until = minuteOfWeek({ day: untilDay, hour: untilHour, minute: untilMinute });
  if (from === undefined || until === undefined) throw notValid(`"${text}" can't be read.`);
  if (from === until) throw notValid(`"${text}" ends when it begins.`);
  const minutes = (until - from + minutesOfWeek) % minutesOfWeek;
  const today = localToday({ timeZone, at });
  const back = (today.dayOfWeek - 1 - Math.floor(from / minutesOfDay) + 7) % 7;
  const start = today.subtract({ days: back === 0 ? 7 : back }).toPlainDateTime({
    hour: Math.floor((from % minutesOfDay) / 60),
    minute: from % 60,
  });
  return {
    start: start.toString({ smallestUnit: "second" }),
    timeZone,
    rrule: `FREQ=WEEKLY;BYDAY=${codes[Math.floor(from / minutesOfDay)] ?? ""}`,
    duration: Temporal.Duration.from({
      days: Math.floor(minutes / minutesOfDay),
      hours: Math.floor((minutes % minutesOfDay) / 60),
      minutes: minutes % 60,
    }).toString(),
  };
}

const minutesOfDay = 24 * 60;
const minutesOfWeek = 7 * minutesOfDay;

function minuteOfWeek(written: {
  day: string;
  hour: string | undefined;
  minute: string | undefined;
}): number | undefined {
  const day = weekdays.findIndex((name) => name === written.day.toLowerCase());
  const hour = Number(written.hour);
  const minute = Number(written.minute);
  return day !== -1 && hour < 24 && minute < 60 ? day * minutesOfDay + hour * 60 + minute : undefined;
}

function localToday({ timeZone, at }: { timeZone: string; at: Date }): Temporal.PlainDate {
  try {
    return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  } catch {
    throw notValid(`There is no time zone "${timeZone}".`);
  }
}

function notValid(why: string): Failure {
  return new Failure({
    code: "schedule-not-valid",
    message: "The weekly freeze can't be read.",
    why,
    state: "Nothing was changed.",
    next: 'Write --weekly "fri 16:00 - mon 08:00" --time-zone Europe/Paris.',
  });
}
