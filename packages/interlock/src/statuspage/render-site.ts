import { renderApi } from "./api-v2/render-api.ts";
import { paths, type Context } from "./context.ts";
import { favicon } from "./favicon.ts";
import { renderCalendar } from "./feeds/render-calendar.ts";
import { renderAtom, renderRss } from "./feeds/render-feeds.ts";
import { monthsOf } from "./months.ts";
import { historyPage } from "./pages/history-page.ts";
import { incidentPage, maintenancePage } from "./pages/incident-page.ts";
import { indexPage } from "./pages/index-page.ts";
import { languagePage, notFoundPage } from "./pages/plain-pages.ts";
import { subscribePage } from "./pages/subscribe-page.ts";
import type { PageModel } from "./page-model.ts";
import { siteFile, type Site } from "./site-file.ts";
import { styleSheet } from "./style.ts";

/**
 * Every file of the page, leaves before what links to them: written in this order, no link that a reader finds leads
 * nowhere. The same model gives the same bytes until the day of the page's time zone ends (or, while a trouble goes
 * on, the hour).
 */
export function renderSite(model: PageModel, now: Date): Site {
  const files = new Map<string, string>();
  files.set("style.css", styleSheet);
  files.set("favicon.svg", favicon);
  files.set("robots.txt", "User-agent: *\nDisallow:\n");
  files.set("404.html", notFoundPage(model));
  const months = monthsOf(model, now);
  const [month = ""] = months;
  for (const locale of model.page.locales) {
    const at = (path: string): Context => ({ model, locale, path, now });
    const put = (path: string, render: (context: Context) => string): void => {
      files.set(path, render(at(path)));
    };
    for (const incident of model.incidents) {
      put(paths.incident(locale, incident.reference), (context) =>
        incidentPage(context, { incident, month }),
      );
    }
    for (const maintenance of model.maintenances) {
      put(paths.maintenance(locale, maintenance.reference), (context) =>
        maintenancePage(context, { maintenance, month }),
      );
    }
    for (const each of months) {
      put(paths.history(locale, each), (context) => historyPage(context, { month: each, months }));
    }
    put(paths.subscribe(locale), (context) => subscribePage(context, { month }));
    files.set(paths.atom(locale), renderAtom(model, locale));
    files.set(paths.rss(locale), renderRss(model, locale));
    files.set(paths.calendar(locale), renderCalendar(model, locale));
  }
  for (const [path, text] of renderApi(model)) files.set(path, text);
  for (const locale of model.page.locales) {
    const path = paths.index(locale);
    files.set(path, indexPage({ model, locale, path, now }, { month }));
  }
  files.set("index.html", languagePage(model));
  return new Map([...files].map(([path, text]) => [path, siteFile(path, text)]));
}
