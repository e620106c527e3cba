import { ICalCalendar, ICalCalendarMethod, ICalEventStatus } from "ical-generator";
import type { Locale } from "../../api/localised.ts";
import { lastChangeOf } from "../api-v2/wire-incident.ts";
import { paths } from "../context.ts";
import { plain } from "../pages/said.ts";
import type { MaintenanceStatus, PageModel } from "../page-model.ts";
import { touched } from "../status-rank.ts";
import { word } from "../words.ts";
import { hostOf, withoutControls } from "./entries.ts";

/**
 * Maintenances as a calendar. Moments are in UTC, which no change of the clock makes ambiguous: a window at 02:30 on
 * the day that has two of them is the one that was meant. Each window of a series is an event of its own, so that one
 * can be moved or called off without the others.
 */
export function renderCalendar(model: PageModel, locale: Locale): string {
  const { page } = model;
  const name = withoutControls(word("maintenance-calendar", locale, { page: plain(page.names, locale) }));
  const calendar = new ICalCalendar({
    name,
    prodId: { company: "Interlock", product: "status page", language: locale.toUpperCase() },
    method: ICalCalendarMethod.PUBLISH,
    ttl: 3_600,
    url: `${page.url}/${paths.calendar(locale)}`,
  });
  for (const maintenance of model.maintenances) {
    const { affected } = touched(maintenance.impacts);
    const components = model.components
      .filter(({ id }) => affected.includes(id))
      .map(({ names }) => plain(names, locale));
    const changedAt = lastChangeOf(maintenance);
    calendar.createEvent({
      id: `${maintenance.id}@${hostOf(model)}`,
      sequence: maintenance.revision - 1,
      start: maintenance.scheduledFor,
      end: maintenance.scheduledUntil,
      stamp: changedAt,
      lastModified: changedAt,
      summary: withoutControls(plain(maintenance.titles, locale)),
      description: withoutControls(
        [plain(maintenance.descriptions, locale), components.join(", ")]
          .filter((part) => part !== "")
          .join("\n\n"),
      ),
      url: `${page.url}/${paths.maintenance(locale, maintenance.reference)}`,
      status: statusOf(maintenance.status),
    });
  }
  return calendar.toString();
}

function statusOf(status: MaintenanceStatus): ICalEventStatus {
  return status === "cancelled" ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED;
}
