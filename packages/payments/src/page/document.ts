import { html, type Html } from "./html.ts";
import { languages, type Language } from "./language.ts";
import { phrasesOf } from "./phrases/all.ts";
import { scriptElement, styleElement } from "./security-headers.ts";

/** A whole page around `body`: what the tab says, the languages, and nothing from anywhere else. */
export function renderDocument({
  language,
  title,
  body,
  head,
}: {
  language: Language;
  title: string;
  body: Html;
  head?: Html | undefined;
}): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="format-detection" content="telephone=no" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${head}${styleElement}
      </head>
      <body>
        <header class="top">${renderLanguages(language)}</header>
        <main>${body}</main>
        ${scriptElement}
      </body>
    </html> `.toString();
}

/** Links, so that they need no script: the same page again, with the language in its address. */
function renderLanguages(current: Language): Html {
  return html`<nav class="languages" aria-label="${phrasesOf[current].language.choose}">
    <ul>
      ${languages.map((language) => {
        const { own } = phrasesOf[language].language;
        return language === current
          ? html`<li><span aria-current="true">${own}</span></li>`
          : html`<li><a href="?lang=${language}" lang="${language}" hreflang="${language}">${own}</a></li>`;
      })}
    </ul>
  </nav>`;
}
