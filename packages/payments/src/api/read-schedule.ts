import { Refusal } from "./refusal.ts";

/** A part of a plan as a merchant asks for it: `TODAY` or YYYY-MM-DD, and cents. */
export interface WantedPart {
  date: string;
  amount: number;
}

export interface Part {
  number: number;
  due_on: string;
  amount_cents: number;
}

const longestDays = 366;
const dayMs = 86_400_000;

/**
 * The parts of a plan with real dates. The first is paid today (UTC) by the card holder, each later one on a later
 * day, the last within a year. Throws a 400 `Refusal` that names the part at fault.
 */
export function readSchedule(wanted: readonly WantedPart[], now: Date): Part[] {
  const today = now.toISOString().slice(0, 10);
  const parts = wanted.map(({ date, amount }, place) => ({
    number: place + 1,
    due_on: date === "TODAY" ? today : date,
    amount_cents: amount,
  }));
  for (const [place, { due_on: dueOn }] of parts.entries()) {
    const problem = problemOf({ dueOn, before: parts[place - 1]?.due_on, today });
    if (problem === undefined) continue;
    throw new Refusal(400, "The schedule can't be kept.", { [`schedule.${String(place)}.date`]: problem });
  }
  return parts;
}

function problemOf({
  dueOn,
  before,
  today,
}: {
  dueOn: string;
  before: string | undefined;
  today: string;
}): string | undefined {
  if (!isDay(dueOn)) return "is no day of the calendar";
  // The first part is paid while the card holder is there, so it can't be for another day.
  if (before === undefined) return dueOn === today ? undefined : "must be TODAY";
  if (dueOn <= before) return "must be later than the part before it";
  const days = (Date.parse(dueOn) - Date.parse(today)) / dayMs;
  return days > longestDays ? `must be within ${String(longestDays)} days` : undefined;
}

/** True for a day that exists, as YYYY-MM-DD: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
  );
}
