import type { Locale } from "../api/localised.ts";
import type { PageModel } from "./page-model.ts";

/** What every part of a page needs to know of where it stands. */
export interface Context {
  model: PageModel;
  locale: Locale;
  /** The path of the page in the site: links are relative to it, so that the site works below any address. */
  path: string;
  /** Only for days that begin and hours of a trouble that goes on: see `countedUntil`. */
  now: Date;
  /** Whether this is one of the other languages, folded away: ids stand in the page's own language alone. */
  isFold?: boolean;
}

/** The way from one file of the site to another. */
export function relativeTo(from: string, to: string): string {
  const here = from.split("/").slice(0, -1);
  const there = to.split("/");
  let shared = 0;
  while (shared < here.length && shared < there.length - 1 && here[shared] === there[shared]) shared += 1;
  return [...here.slice(shared).map(() => ".."), ...there.slice(shared)].join("/");
}

/** A link to a file of the site from the page. */
export function link({ path }: Pick<Context, "path">, to: string): string {
  return relativeTo(path, to);
}

export const paths = {
  index: (locale: Locale): string => `${locale}/index.html`,
  incident: (locale: Locale, reference: string): string => `${locale}/incidents/${reference}.html`,
  maintenance: (locale: Locale, reference: string): string => `${locale}/maintenance/${reference}.html`,
  /** `month` is `2024-12`. */
  history: (locale: Locale, month: string): string => `${locale}/history/${month}.html`,
  subscribe: (locale: Locale): string => `${locale}/subscribe.html`,
  atom: (locale: Locale): string => `${locale}/history.atom`,
  rss: (locale: Locale): string => `${locale}/history.rss`,
  calendar: (locale: Locale): string => `${locale}/maintenance.ics`,
};
