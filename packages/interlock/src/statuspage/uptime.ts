import { Temporal } from "temporal-polyfill";
import type { Impact, PageComponent, PageModel } from "./page-model.ts";
import { isOpen, leavesOf } from "./status-rank.ts";

/** How many days are shown. */
export const shownDays = 90;

/** What counts as trouble, worst first, and how much of a minute of it is a minute of downtime. */
export const weights = { major_outage: 1, partial_outage: 0.3, degraded_performance: 0 } as const;
export type Trouble = keyof typeof weights;
const troubles = Object.keys(weights) as Trouble[];

export interface UptimeDay {
  /** `2024-12-17`, in the page's time zone. */
  date: string;
  state: Trouble | "operational" | "no-data";
  /** How long each trouble lasted, in milliseconds; the worse one counts where two overlap. */
  ms: Readonly<Record<Trouble, number>>;
  /** Whether a trouble goes on. */
  isRunning: boolean;
}

export interface Uptime {
  component: PageComponent;
  /** Oldest first. */
  days: readonly UptimeDay[];
  /** From 0 to 1; null where nothing is known yet. */
  share: number | null;
}

/**
 * Up to when the uptime is counted. The page changes with its data and not with the clock, but for two things: a new
 * day begins, and while a trouble goes on its length is told anew every hour.
 */
export function countedUntil(model: PageModel, now: Date): Date {
  const zoned = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(model.page.timeZone);
  const moments = [zoned.startOfDay().epochMilliseconds, Math.min(model.changedAt.getTime(), now.getTime())];
  const runs = model.incidents.some(
    (incident) => isOpen(incident) && incident.impacts.some(({ endedAt }) => endedAt === null),
  );
  if (runs) moments.push(zoned.round({ smallestUnit: "hour", roundingMode: "floor" }).epochMilliseconds);
  return new Date(Math.max(...moments));
}

/** The uptime of every component by day. Maintenance that was announced is not counted. */
export function uptimeOf(model: PageModel, now: Date): Uptime[] {
  const until = countedUntil(model, now).getTime();
  const today = Temporal.Instant.fromEpochMilliseconds(until)
    .toZonedDateTimeISO(model.page.timeZone)
    .toPlainDate();
  const impacts = model.incidents.flatMap((incident) => incident.impacts);
  const spans = Array.from({ length: shownDays }, (_, index) => {
    const date = today.subtract({ days: shownDays - 1 - index });
    return {
      date: date.toString(),
      from: startOf(date, model.page.timeZone),
      to: startOf(date.add({ days: 1 }), model.page.timeZone),
    };
  });
  return leavesOf(model).map((component) => {
    const own = impacts.filter((impact) => impact.component === component.id);
    const days = spans.map((span) => dayOf({ ...span, impacts: own, until, startDate: component.startDate }));
    return { component, days, share: shareOf(days, spans, until) };
  });
}

/** Days have 23, 24 or 25 hours. */
function startOf(date: Temporal.PlainDate, timeZone: string): number {
  return date.toZonedDateTime({ timeZone }).epochMilliseconds;
}

function dayOf(options: {
  date: string;
  from: number;
  to: number;
  impacts: readonly Impact[];
  until: number;
  startDate: string;
}): UptimeDay {
  const { date, from, impacts, until, startDate } = options;
  const to = Math.min(options.to, until);
  const ms = { major_outage: 0, partial_outage: 0, degraded_performance: 0 };
  let worse: Span[] = [];
  let state: UptimeDay["state"] = date < startDate ? "no-data" : "operational";
  for (const trouble of troubles) {
    const before = lengthOf(worse);
    const own = impacts.filter(({ status }) => status === trouble);
    worse = merged([
      ...worse,
      ...own.map(({ beganAt, endedAt }) => ({
        from: Math.max(from, beganAt.getTime()),
        to: Math.min(to, endedAt?.getTime() ?? until),
      })),
    ]);
    ms[trouble] = lengthOf(worse) - before;
    if (ms[trouble] > 0 && (state === "operational" || state === "no-data")) state = trouble;
  }
  const isRunning =
    until >= from &&
    until <= options.to &&
    impacts.some(({ status, endedAt }) => endedAt === null && status in weights);
  // Begun this very moment: a day without any length of it would look fine.
  if (isRunning && !(state in weights)) {
    const running = new Set(impacts.filter(({ endedAt }) => endedAt === null).map(({ status }) => status));
    state = troubles.find((trouble) => running.has(trouble)) ?? state;
  }
  return { date, state, ms, isRunning };
}

interface Span {
  from: number;
  to: number;
}

/** Spans that overlap as one, in order. */
function merged(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const { from, to } of spans
    .filter((span) => span.to > span.from)
    .toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to);
    else result.push({ from, to });
  }
  return result;
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function shareOf(days: readonly UptimeDay[], spans: readonly Span[], until: number): number | null {
  let known = 0;
  let down = 0;
  for (const [index, { state, ms }] of days.entries()) {
    const span = spans[index];
    if (span === undefined || state === "no-data") continue;
    known += Math.max(0, Math.min(span.to, until) - span.from);
    down += troubles.reduce((sum, trouble) => sum + ms[trouble] * weights[trouble], 0);
  }
  return known === 0 ? null : 1 - down / known;
}
