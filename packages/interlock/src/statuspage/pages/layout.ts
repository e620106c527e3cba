import { createHash } from "node:crypto";
import type { Locale } from "../../api/localised.ts";
import { link, paths, type Context } from "../context.ts";
import { html, trustedHtml, type Html } from "../html.ts";
import { styleSheet } from "../style.ts";
import { word } from "../words.ts";
import { plain, said } from "./said.ts";

interface Layout {
  title: string;
  main: Html;
  /** The same page in another language, as a path of the site. */
  pathIn?: (locale: Locale) => string;
  /** Which link of the navigation leads here. */
  here?: "index" | "history" | "subscribe";
  /** The latest month that the history has. */
  month: string;
  /** Not for search engines. */
  isHidden?: boolean;
}

/** For the one page whose address nobody knows: its style stands in it, and this says that it may. */
export const styleHash = `'sha256-${createHash("sha256").update(styleSheet).digest("base64")}'`;

/** No script at all, nothing from elsewhere; forms go to where the page came from. */
export const contentSecurityPolicy = `default-src 'none';style-src 'self' ${styleHash};img-src 'self' data:;form-action 'self';base-uri 'none'`;

/** A whole page of the site. */
export function layout(
  context: Context,
  { title, main, pathIn, here, month, isHidden = false }: Layout,
): string {
  const { model, locale } = context;
  const { page } = model;
  const name = plain(page.names, locale);
  const current = (place: Layout["here"]): Html => html`${place === here && html` aria-current="page"`}`;
  const document = html`<!doctype html>
    <html lang="${locale}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="content-security-policy" content="${contentSecurityPolicy}" />
        <title>${title === name ? name : `${title} · ${name}`}</title>
        ${isHidden && html`<meta name="robots" content="noindex" />`}
        <link rel="stylesheet" href="${link(context, "style.css")}" />
        <link rel="icon" type="image/svg+xml" href="${link(context, "favicon.svg")}" />
        ${
          pathIn !== undefined && [
            html`<link rel="canonical" href="${page.url}/${pathIn(locale)}" />`,
            page.locales.map(
              (each) => html`<link rel="alternate" hreflang="${each}" href="${page.url}/${pathIn(each)}" />`,
            ),
            html`<link rel="alternate" hreflang="x-default" href="${page.url}/${pathIn(page.locales[0])}" />`,
          ]
        }
        <link
          rel="alternate"
          type="application/atom+xml"
          title="${word("atom", locale)}"
          href="${link(context, paths.atom(locale))}"
        />
        <link
          rel="alternate"
          type="application/rss+xml"
          title="${word("rss", locale)}"
          href="${link(context, paths.rss(locale))}"
        />
      </head>
      <body>
        <a class="skip" href="#main">${word("skip", locale)}</a>
        <header class="top">
          <a class="brand" href="${link(context, paths.index(locale))}" ${current("index")}
            >${said(page.names, locale)}</a
          >
          <nav aria-label="${word("navigation", locale)}">
            <ul>
              <li>
                <a href="${link(context, paths.history(locale, month))}" ${current("history")}
                  >${word("history", locale)}</a
                >
              </li>
              <li>
                <a href="${link(context, paths.subscribe(locale))}" ${current("subscribe")}
                  >${word("subscribe", locale)}</a
                >
              </li>
            </ul>
          </nav>
          ${page.locales.length > 1 && tongues(context, pathIn ?? paths.index)}
        </header>
        <main id="main">${main}</main>
        <footer class="end">
          <nav aria-label="${word("feeds", locale)}">
            <ul>
              <li><a href="${link(context, paths.atom(locale))}">${word("atom", locale)}</a></li>
              <li><a href="${link(context, paths.rss(locale))}">${word("rss", locale)}</a></li>
              <li><a href="${link(context, paths.calendar(locale))}">${word("calendar", locale)}</a></li>
              <li><a href="${link(context, "api/v2/summary.json")}">${word("data", locale)}</a></li>
            </ul>
          </nav>
        </footer>
      </body>
    </html> `;
  return tidy(document);
}

function tongues(context: Context, pathIn: (locale: Locale) => string): Html {
  const { model, locale } = context;
  return html`<nav class="tongues" aria-label="${word("languages", locale)}">
    <ul>
      ${model.page.locales.map(
        (each) =>
          html`<li>
            <a
              href="${link(context, pathIn(each))}"
              lang="${each}"
              hreflang="${each}"
              ${each === locale && html` aria-current="true"`}
              >${word("language", each)}</a
            >
          </li>`,
      )}
    </ul>
  </nav>`;
}

/** The style in the page itself: for a page that is shown at any address, where no relative link would hold. */
export function inlineStyle(): Html {
  return trustedHtml(`<style>${styleSheet}</style>`);
}

/** Empty lines where something was left out. */
export function tidy(document: Html): string {
  return document.toString().replaceAll(/\n\s*\n+/g, "\n");
}
