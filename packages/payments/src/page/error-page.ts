import { renderDocument } from "./document.ts";
import { html } from "./html.ts";
import { icon } from "./icon.ts";
import type { Language } from "./language.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { Phrases } from "./phrases/phrases.ts";

/** A page for when there is no payment to show. */
export function renderErrorPage(language: Language, error: keyof Phrases["errors"]): string {
  const { title, text } = phrasesOf[language].errors[error];
  return renderDocument({
    language,
    title,
    body: html`<article class="sheet narrow">
      <div class="outcome">
        <span class="sign bad">${icon("wrong")}</span>
        <h1>${title}</h1>
        <p>${text}</p>
      </div>
    </article>`,
  });
}
