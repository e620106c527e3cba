import type { Locale } from "../../api/localised.ts";
import { paths } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageModel } from "../page-model.ts";
import { word } from "../words.ts";
import { contentSecurityPolicy, inlineStyle, tidy } from "./layout.ts";
import { said, plain } from "./said.ts";

/** The root of the site, where no server chooses a language: a link for each. */
export function languagePage(model: PageModel): string {
  const { page } = model;
  const [first] = page.locales;
  return bare({
    model,
    title: plain(page.names, first),
    head: html`<link rel="stylesheet" href="style.css" />
      <link rel="icon" type="image/svg+xml" href="favicon.svg" />
      ${page.locales.map((each) => html`<link rel="alternate" hreflang="${each}" href="${page.url}/${paths.index(each)}" />`)}`,
    main: html`<h1>${said(page.names, first)}</h1>
      <ul class="choice">
        ${page.locales.map((each) => choice(each, { to: paths.index(each), text: word("status-of", each, { page: plain(page.names, each) }) }))}
      </ul>`,
  });
}

/** What a server shows at an address that is none: in every language, with its style in it, since it may be anywhere. */
export function notFoundPage(model: PageModel): string {
  const { page } = model;
  const [first] = page.locales;
  return bare({
    model,
    title: word("not-found", first),
    head: html`<meta name="robots" content="noindex" />${inlineStyle()}`,
    main: html`<h1>${word("not-found", first)}</h1>
      <ul class="choice">
        ${page.locales.map((each) =>
          choice(each, {
            to: `${page.url}/${paths.index(each)}`,
            text:
              each === first
                ? word("to-status", each)
                : `${word("not-found", each)} ${word("to-status", each)}`,
          }),
        )}
      </ul>`,
  });
}

function choice(locale: Locale, { to, text }: { to: string; text: string }): Html {
  return html`<li><a href="${to}" lang="${locale}" hreflang="${locale}">${text}</a></li>`;
}

function bare({
  model,
  title,
  head,
  main,
}: {
  model: PageModel;
  title: string;
  head: Html;
  main: Html;
}): string {
  return tidy(
    html`<!doctype html>
      <html lang="${model.page.locales[0]}">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width,initial-scale=1" />
          <meta http-equiv="content-security-policy" content="${contentSecurityPolicy}" />
          <title>${title}</title>
          ${head}
        </head>
        <body>
          <main id="main">${main}</main>
        </body>
      </html> `,
  );
}
