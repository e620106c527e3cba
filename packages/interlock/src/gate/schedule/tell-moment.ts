import { Temporal } from "temporal-polyfill";
import type { FreezeSchedule } from "../../api/rules.ts";

/** A moment as those who live by a schedule read it: "Mon 30 Nov 2026, 08:00 Europe/Paris". */
export function tellMoment(schedule: FreezeSchedule, moment: number): string {
  const timeZone = "from" in schedule ? "UTC" : schedule.timeZone;
  const at = Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(timeZone);
  const day = weekdays[at.dayOfWeek - 1] ?? "";
  const month = months[at.month - 1] ?? "";
  const time = at.toPlainTime().toString({ smallestUnit: "minute" });
  return `${day} ${String(at.day)} ${month} ${String(at.year)}, ${time} ${timeZone}`;
}

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
