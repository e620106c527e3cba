import { renderApi } from "./api-v2/render-api.ts";
import { paths, type Context } from "./context.ts";
import { favicon } from "./favicon.ts";
import { renderCalendar } from "./feeds/render-calendar.ts";
import { renderAtom, renderRss } from "./feeds/render-feeds.ts";
import { inMonth, monthsOf } from "./months.ts";
import { historyPage } from "./pages/history-page.ts";
import { incidentPage, maintenancePage } from "./pages/incident-page.ts";
import { indexPage } from "./pages/index-page.ts";
import { languagePage, notFoundPage } from "./pages/plain-pages.ts";
import { subscribePage } from "./pages/subscribe-page.ts";
import type { PageModel } from "./page-model.ts";
import { siteFile, type Site, type SiteFile } from "./site-file.ts";
import { styleSheet } from "./style.ts";

/** Renders a model; what stands on its own is rendered again only when it has changed. */
export type SiteRenderer = (model: PageModel, now: Date) => Site;

/**
 * Every file of the page, leaves before what links to them: written in this order, no link that a reader finds leads
 * nowhere. The same model gives the same bytes until the day of the page's time zone ends (or, while a trouble goes
 * on, the hour).
 */
export function renderSite(model: PageModel, now: Date): Site {
  return makeSiteRenderer()(model, now);
}

/**
 * A renderer that remembers the pages of incidents, maintenances and months with all that they were made from: a page with
 * years of history is asked for anew whenever anything changes.
 */
export function makeSiteRenderer(): SiteRenderer {
  let before = new Map<string, { from: string; file: SiteFile }>();
  return (model, now) => {
    const after: typeof before = new Map();
    const around = JSON.stringify([model.page, model.components.map(({ id, names }) => [id, names])]);
    const site = render(model, now, (path, from, make) => {
      const key = `${around}${from}`;
      const known = before.get(path);
      const file = known?.from === key ? known.file : siteFile(path, make());
      after.set(path, { from: key, file });
      return file;
    });
    before = after;
    return site;
  };
}

type Remember = (path: string, from: string, make: () => string) => SiteFile;

function render(model: PageModel, now: Date, remember: Remember): Site {
  const files = new Map<string, SiteFile>();
  const put = (path: string, text: string): void => {
    files.set(path, siteFile(path, text));
  };
  put("style.css", styleSheet);
  put("favicon.svg", favicon);
  put("robots.txt", "User-agent: *\nDisallow:\n");
  put("404.html", notFoundPage(model));
  const months = monthsOf(model, now);
  const [month = ""] = months;
  const told = [...model.incidents, ...model.maintenances].map((each) => ({
    each,
    from: JSON.stringify([month, each]),
  }));
  for (const locale of model.page.locales) {
    const at = (path: string): Context => ({ model, locale, path, now });
    for (const { each, from } of told) {
      const isMaintenance = "scheduledFor" in each;
      const path = (isMaintenance ? paths.maintenance : paths.incident)(locale, each.reference);
      const make = (): string =>
        isMaintenance
          ? maintenancePage(at(path), { maintenance: each, month })
          : incidentPage(at(path), { incident: each, month });
      files.set(path, remember(path, from, make));
    }
    for (const each of months) {
      const path = paths.history(locale, each);
      const from = JSON.stringify([months, inMonth(model, each)]);
      files.set(
        path,
        remember(path, from, () => historyPage(at(path), { month: each, months })),
      );
    }
    const subscribe = paths.subscribe(locale);
    put(subscribe, subscribePage(at(subscribe), { month }));
    put(paths.atom(locale), renderAtom(model, locale));
    put(paths.rss(locale), renderRss(model, locale));
    put(paths.calendar(locale), renderCalendar(model, locale));
  }
  for (const [path, text] of renderApi(model)) put(path, text);
  for (const locale of model.page.locales) {
    const path = paths.index(locale);
    put(path, indexPage({ model, locale, path, now }, { month }));
  }
  put("index.html", languagePage(model));
  return files;
}
