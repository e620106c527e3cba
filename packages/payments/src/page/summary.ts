import { formatAmount } from "./format.ts";
import { html, type Html } from "./html.ts";
import type { Language } from "./language.ts";
import type { PaymentView } from "./payment-view.ts";
import { phrasesOf } from "./phrases/all.ts";

/** Who is paid, how much, and what for: beside the card form. */
export function renderSummary({ view, language }: { view: PaymentView; language: Language }): Html {
  const { summary, form } = phrasesOf[language];
  const { merchant } = view;
  const notices = [
    view.plan && form.plan(merchant),
    view.deferred && form.deferred(merchant),
    view.saving === "always" && form.willSave(merchant),
  ].filter((notice) => notice !== false);
  return html`<section class="pane summary" aria-label="${summary.heading}">
    <p class="merchant">
      <span class="monogram" aria-hidden="true">${monogram(merchant)}</span><span>${merchant}</span>
    </p>
    <p class="amount">${formatAmount(language, view)}</p>
    ${view.description !== null && html`<p class="purpose">${view.description}</p>`}
    ${notices.map((notice) => html`<p class="notice">${notice}</p>`)}
    <p class="order">${summary.reference} <span class="reference">${view.id}</span></p>
  </section>`;
}

/** The first letter of a name, whatever the script it is written in. */
function monogram(name: string): string {
  const [first = ""] = new Intl.Segmenter().segment(name.trim());
  return typeof first === "string" ? first : first.segment.toLocaleUpperCase();
}
