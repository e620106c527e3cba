import { Temporal } from "temporal-polyfill";
import { RRuleTemporal } from "rrule-temporal";
import type { FreezeSchedule } from "../../api/rules.ts";
import { Failure, messageOf } from "../../std/failure.ts";

type Recurring = Extract<FreezeSchedule, { rrule: string }>;

/** A window of a freeze, from one moment to just before another. Milliseconds since 1970. */
export interface Window {
  from: number;
  until: number;
}

/** Windows that touch each other are told as one, as far as this many. */
const mostChained = 60;

/** The window that a moment lies in, joined with those that follow without a gap; undefined outside all of them. */
export function windowAt(schedule: FreezeSchedule, at: Date): Window | undefined {
  const moment = at.getTime();
  const found = windowsAround(schedule, moment).filter(({ from, until }) => from <= moment && moment < until);
  const [first] = found;
  if (first === undefined) return undefined;
  const window = {
    from: Math.min(...found.map(({ from }) => from)),
    until: Math.max(...found.map(({ until }) => until)),
  };
  for (let joined = 0; joined < mostChained; joined += 1) {
    const { until } = window;
    const later = windowsAround(schedule, until).filter((next) => next.from <= until && until < next.until);
    if (later.length === 0) break;
    window.until = Math.max(...later.map((next) => next.until));
  }
  return window;
}

/** The first window that begins at or after a moment; undefined where none does any more. */
export function nextWindow(schedule: FreezeSchedule, at: Date): Window | undefined {
  const moment = at.getTime();
  if ("from" in schedule) {
    const window = momentsOf(schedule);
    return window.from >= moment ? window : undefined;
  }
  const rule = ruleOf(schedule);
  // An hour of the clock may be passed over twice or not at all, so the search begins a day early.
  let after = new Date(localOf(schedule, moment) - dayMs);
  for (let tries = 0; tries < 100; tries += 1) {
    const occurrence = rule.next(after);
    if (occurrence === null) return undefined;
    const window = windowOf(schedule, occurrence.epochMilliseconds);
    if (window.from >= moment) return window;
    after = new Date(occurrence.epochMilliseconds);
  }
  return undefined;
}

/** Checks what the wire's schema can't: names of time zones, rules, durations. Throws `Failure` "schedule-not-valid". */
export function checkSchedule(schedule: FreezeSchedule, at: Date): void {
  if ("from" in schedule) {
    const { from, until } = momentsOf(schedule);
    if (until <= from) throw notValid("It ends before it begins.");
    if (until <= at.getTime()) throw notValid("It is over already.");
    return;
  }
  try {
    const length = Temporal.Duration.from(schedule.duration);
    const days = length.total({ unit: "hours", relativeTo: "2026-01-01" }) / 24;
    if (days <= 0) throw notValid("Its duration is not longer than nothing.");
    if (days > 31) throw notValid("Its duration is longer than 31 days; write it with from and until.");
    const begins = Temporal.PlainDateTime.from(schedule.start).toZonedDateTime(schedule.timeZone);
    if (Math.abs(begins.epochMilliseconds - at.getTime()) > mostYears * 366 * dayMs)
      throw notValid(`Its start is more than ${String(mostYears)} years away.`);
    if (windowAt(schedule, at) === undefined && nextWindow(schedule, at) === undefined)
      throw notValid("It never comes again.");
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw notValid(messageOf(error));
  }
}

const dayMs = 86_400_000;
const mostYears = 10;

function momentsOf({ from, until }: { from: string; until: string }): Window {
  return { from: Date.parse(from), until: Date.parse(until) };
}

function windowsAround(schedule: FreezeSchedule, moment: number): Window[] {
  if ("from" in schedule) return [momentsOf(schedule)];
  const local = localOf(schedule, moment);
  const length = Temporal.Duration.from(schedule.duration).total({ unit: "hours", relativeTo: "2026-01-01" });
  const since = local - length * 3_600_000 - 3 * dayMs;
  return ruleOf(schedule)
    .between(new Date(since), new Date(local + dayMs), true)
    .map(({ epochMilliseconds }) => windowOf(schedule, epochMilliseconds));
}

/** What the clock on the wall shows, as if it were UTC. */
function localOf({ timeZone }: Recurring, moment: number): number {
  return Temporal.Instant.fromEpochMilliseconds(moment)
    .toZonedDateTimeISO(timeZone)
    .toPlainDateTime()
    .toZonedDateTime("UTC").epochMilliseconds;
}

/**
 * From the beginning by the clock on the wall to the end by it, however long the night in between was. Where the
 * clock shows a time twice or not at all, the window is the longer one.
 */
function windowOf({ timeZone, duration }: Recurring, occurrence: number): Window {
  const from = Temporal.Instant.fromEpochMilliseconds(occurrence).toZonedDateTimeISO("UTC").toPlainDateTime();
  const until = from.add(duration);
  return {
    from: from.toZonedDateTime(timeZone, { disambiguation: "earlier" }).epochMilliseconds,
    until: until.toZonedDateTime(timeZone, { disambiguation: "later" }).epochMilliseconds,
  };
}

const known = new Map<string, RRuleTemporal>();

/**
 * The rule over times of the clock on the wall, as if they were UTC. Worked out in its own time zone it would leave
 * out a day on which the clock passes over its time (RFC 5545), and a freeze must not be left out.
 */
function ruleOf({ start, rrule, timeZone }: Recurring): RRuleTemporal {
  const key = `${start} ${timeZone} ${rrule}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const rule = new RRuleTemporal({
    rruleString: wallClockRule(rrule, timeZone),
    dtstart: Temporal.PlainDateTime.from(start).toZonedDateTime("UTC"),
    strict: true,
    cache: false,
  });
  if (known.size > 1_000) known.clear();
  known.set(key, rule);
  return rule;
}

const parts = new Set([
  "FREQ",
  "INTERVAL",
  "COUNT",
  "UNTIL",
  "BYDAY",
  "BYMONTH",
  "BYMONTHDAY",
  "BYSETPOS",
  "WKST",
]);

function wallClockRule(rrule: string, timeZone: string): string {
  const written = rrule
    .toUpperCase()
    .replace(/^RRULE:/, "")
    .split(";");
  return written
    .map((part) => {
      const [name = "", value = ""] = part.split("=");
      if (!parts.has(name)) throw notValid(`"${part}" is no part of a rule that a freeze can have.`);
      if (name === "FREQ" && !/^(?:DAILY|WEEKLY|MONTHLY|YEARLY)$/.test(value))
        throw notValid(`"${part}": it can come DAILY, WEEKLY, MONTHLY or YEARLY.`);
      return name === "UNTIL" ? `UNTIL=${wallClockUntil(value, timeZone)}` : part;
    })
    .join(";");
}

function wallClockUntil(value: string, timeZone: string): string {
  const [, date, time = "235959", zone] = /^(\d{8})(?:T(\d{6})(Z?))?$/.exec(value) ?? [];
  if (date === undefined) throw notValid(`"UNTIL=${value}": write UNTIL=20261231 or UNTIL=20261231T225959Z.`);
  if (zone !== "Z") return `${date}T${time}Z`;
  const local = Temporal.Instant.from(`${date}T${time}Z`).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return `${local.toString({ smallestUnit: "second" }).replaceAll(/[-:]/g, "")}Z`;
}

function notValid(why: string): Failure {
  return new Failure({
    code: "schedule-not-valid",
    message: "The freeze has no schedule that can be kept.",
    why,
    state: "Nothing was changed.",
    next: 'Write --from and --until, or --weekly "fri 16:00 - mon 08:00" --time-zone Europe/Paris, or --start, --rrule, --duration and --time-zone.',
  });
}
