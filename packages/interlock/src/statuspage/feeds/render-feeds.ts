import { generateAtomFeed, generateRssFeed } from "feedsmith";
import type { Locale } from "../../api/localised.ts";
import { paths } from "../context.ts";
import { plain } from "../pages/said.ts";
import type { PageModel } from "../page-model.ts";
import { word } from "../words.ts";
import { entriesOf, hostOf, withoutControls, type Entry } from "./entries.ts";

/** The history as an Atom feed, in a language. */
export function renderAtom(model: PageModel, locale: Locale): string {
  const { url } = model.page;
  const entries = entriesOf(model, locale);
  return generateAtomFeed({
    xml: { lang: locale },
    id: `tag:${hostOf(model)},2005:/history`,
    title: { value: titleOf(model, locale) },
    updated: updatedOf(model, entries),
    authors: [{ name: withoutControls(plain(model.page.names, locale)) }],
    links: [
      { href: `${url}/${paths.index(locale)}`, rel: "alternate", type: "text/html" },
      { href: `${url}/${paths.atom(locale)}`, rel: "self", type: "application/atom+xml" },
    ],
    entries: entries.map(({ id, link, title, content, publishedAt, updatedAt }) => ({
      id,
      title: { value: title },
      links: [{ href: link, rel: "alternate", type: "text/html" }],
      published: publishedAt,
      updated: updatedAt,
      content: { value: content, type: "html" },
    })),
  });
}

/** The same as RSS 2.0. */
export function renderRss(model: PageModel, locale: Locale): string {
  const { url } = model.page;
  const entries = entriesOf(model, locale);
  const title = titleOf(model, locale);
  return generateRssFeed({
    title,
    link: `${url}/${paths.index(locale)}`,
    description: title,
    language: locale,
    pubDate: updatedOf(model, entries),
    atom: { links: [{ href: `${url}/${paths.rss(locale)}`, rel: "self", type: "application/rss+xml" }] },
    items: entries.map(({ link, title: itemTitle, content, publishedAt }) => ({
      title: itemTitle,
      link,
      guid: { value: link, isPermaLink: true },
      pubDate: publishedAt,
      description: content,
    })),
  });
}

function titleOf({ page }: PageModel, locale: Locale): string {
  return withoutControls(word("incident-history", locale, { page: plain(page.names, locale) }));
}

/** The latest change of an entry; of an empty feed, that of the page. */
function updatedOf(model: PageModel, entries: readonly Entry[]): Date {
  if (entries.length === 0) return model.changedAt;
  return new Date(Math.max(...entries.map(({ updatedAt }) => updatedAt.getTime())));
}
