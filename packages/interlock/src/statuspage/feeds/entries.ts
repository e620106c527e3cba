import { statusLabels } from "../../language/labels.ts";
import type { Locale } from "../../api/localised.ts";
import { sayMoment } from "../../language/moment.ts";
import { textIn } from "../../language/text-in.ts";
import { lastChangeOf } from "../api-v2/wire-incident.ts";
import { paths } from "../context.ts";
import { html, type Html } from "../html.ts";
import { paragraphs, plain } from "../pages/said.ts";
import type { PageIncident, PageMaintenance, PageModel, PageUpdate } from "../page-model.ts";
import { word } from "../words.ts";

/** An incident or a maintenance as a feed tells it. */
export interface Entry {
  /** Stays the same whatever is edited. */
  id: string;
  link: string;
  title: string;
  content: string;
  publishedAt: Date;
  /** Comes from what it says, never from the clock, so that readers are not told of nothing. */
  updatedAt: Date;
}

/** How many entries a feed holds at most. */
const most = 50;

/** The latest incidents and maintenances, newest first. */
export function entriesOf(model: PageModel, locale: Locale): Entry[] {
  const { page } = model;
  const host = hostOf(model);
  const entry = (each: PageIncident | PageMaintenance): Entry => {
    const isMaintenance = "scheduledFor" in each;
    const path = isMaintenance
      ? paths.maintenance(locale, each.reference)
      : paths.incident(locale, each.reference);
    return {
      id: `tag:${host},2005:${isMaintenance ? "Maintenance" : "Incident"}/${String(each.number)}`,
      link: `${page.url}/${path}`,
      title: withoutControls(plain(each.titles, locale)),
      content: withoutControls(contentOf(each, { model, locale }).toString()),
      publishedAt: each.createdAt,
      updatedAt: lastChangeOf(each),
    };
  };
  return [...model.incidents, ...model.maintenances]
    .toSorted(
      (left, right) => right.createdAt.getTime() - left.createdAt.getTime() || right.number - left.number,
    )
    .slice(0, most)
    .map(entry);
}

/** Who the ids of a feed belong to: the page's host and, below it, its path. */
export function hostOf({ page }: Pick<PageModel, "page">): string {
  const { hostname, pathname } = new URL(page.url);
  return `${hostname}${pathname.replace(/\/$/, "")}`;
}

function contentOf(
  each: PageIncident | PageMaintenance,
  { model, locale }: { model: PageModel; locale: Locale },
): Html {
  const place = { locale, timeZone: model.page.timeZone };
  const scheduled =
    "scheduledFor" in each &&
    html`<p>
      <strong>${word("this-is-scheduled", locale)}</strong> ${sayMoment(each.scheduledFor, place)} –
      ${sayMoment(each.scheduledUntil, place)}
    </p>`;
  const described = "scheduledFor" in each ? paragraphs(textIn(each.descriptions, locale)?.text ?? "") : [];
  return html`${scheduled}${described}${each.updates.map((update, index) => {
    const before = each.updates[index + 1];
    return told(update, {
      status: stateOf(update, before, locale),
      locale,
      when: sayMoment(update.occurredAt, place),
    });
  })}`;
}

/** Where the state did not change it is just an update. */
function stateOf(update: PageUpdate, before: PageUpdate | undefined, locale: Locale): string {
  return before?.status === update.status ? word("update", locale) : statusLabels[update.status][locale];
}

function told(
  { texts }: PageUpdate,
  { status, locale, when }: { status: string; locale: Locale; when: string },
): Html {
  const found = textIn(texts, locale);
  const lang = found !== undefined && found.locale !== locale && html` lang="${found.locale}"`;
  const lines = (found?.text ?? "")
    .split(/\r?\n/)
    .map((line, index) => (index === 0 ? line : html`<br />${line}`));
  return html`<p${lang}><small>${when}</small><br><strong>${status}</strong> - ${lines}</p>`;
}

/** XML has no way to write most control characters, nor halves of surrogate pairs. */
export function withoutControls(text: string): string {
  return text.toWellFormed().replaceAll(/[^\t\n\r\u0020-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
