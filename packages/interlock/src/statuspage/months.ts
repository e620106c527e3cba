import { Temporal } from "temporal-polyfill";
import type { PageIncident, PageMaintenance, PageModel } from "./page-model.ts";

/** The month of a moment in the page's time zone: `2024-12`. */
export function monthOf(at: Date, { page: { timeZone } }: Pick<PageModel, "page">): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toPlainYearMonth()
    .toString();
}

/** How many months the history goes back at most. */
const mostMonths = 120;

/** Every month from the first that anything happened in to the present one, newest first. */
export function monthsOf(model: PageModel, now: Date): string[] {
  const present = monthOf(now, model);
  const told = [
    ...model.incidents.map(({ startedAt }) => monthOf(startedAt, model)),
    ...model.maintenances.map(({ scheduledFor }) => monthOf(scheduledFor, model)),
    present,
  ].toSorted();
  const last = Temporal.PlainYearMonth.from(told.at(-1) ?? present);
  const months: string[] = [];
  const first = told[0] ?? present;
  for (let month = last; months.length < mostMonths; month = month.subtract({ months: 1 })) {
    months.push(month.toString());
    if (month.toString() <= first) break;
  }
  return months;
}

interface Month {
  incidents: PageIncident[];
  maintenances: PageMaintenance[];
}

/** What began in a month. */
export function inMonth(model: PageModel, month: string): Month {
  const months = sorted.get(model) ?? sortByMonth(model);
  sorted.set(model, months);
  return months.get(month) ?? { incidents: [], maintenances: [] };
}

/** Every language and month asks: a model is gone through once. */
const sorted = new WeakMap<PageModel, ReadonlyMap<string, Month>>();

function sortByMonth(model: PageModel): ReadonlyMap<string, Month> {
  const months = new Map<string, Month>();
  const at = (moment: Date): Month => {
    const month = monthOf(moment, model);
    const found = months.get(month) ?? { incidents: [], maintenances: [] };
    months.set(month, found);
    return found;
  };
  for (const incident of model.incidents) at(incident.startedAt).incidents.push(incident);
  for (const maintenance of model.maintenances) at(maintenance.scheduledFor).maintenances.push(maintenance);
  return months;
}
