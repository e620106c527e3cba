import type { Locale } from "../../api/localised.ts";
import { link, paths } from "../context.ts";
import { html } from "../html.ts";
import { monthOf } from "../months.ts";
import type { PageModel } from "../page-model.ts";
import { word } from "../words.ts";
import { layout } from "./layout.ts";
import { paragraphs } from "./said.ts";

/** A small page in the style of the site: "confirm your subscription", "you are unsubscribed". */
export interface Message {
  model: PageModel;
  locale: Locale;
  now: Date;
  /** Where in the site it is shown, without a slash at the beginning: `fr/confirm`; links are relative to it. */
  path: string;
  title: string;
  /** Plain text; an empty line ends a paragraph. */
  text: string;
  /** A button that sends a form to an address relative to the page's own; what it does must need a click. */
  form?: { action: string; button: string; fields?: Readonly<Record<string, string>> };
}

/** Never in a search engine, nothing in it but what was given, as text. */
export function messagePage({ model, locale, now, path, title, text, form }: Message): string {
  const context = { model, locale, now, path };
  const main = html`<h1>${title}</h1>
    <div class="more">${paragraphs(text)}</div>
    ${
      form !== undefined &&
      html`<form method="post" action="${form.action}">
        ${Object.entries(form.fields ?? {}).map(
          ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
        )}<button>${form.button}</button>
      </form>`
    }
    <p class="pages"><a href="${link(context, paths.index(locale))}">${word("to-status", locale)}</a></p>`;
  return layout(context, { title, main, month: monthOf(now, model), isHidden: true });
}
