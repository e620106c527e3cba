import { renderCardForm, type CardFormOptions } from "./card-form.ts";
import { renderDocument } from "./document.ts";
import { html, type Html } from "./html.ts";
import { outcomeOf, renderOutcome } from "./outcome.ts";
import { onwardUrl } from "./payment-view.ts";
import { phrasesOf } from "./phrases/all.ts";
import { renderSummary } from "./summary.ts";
import { renderTestMode } from "./test-mode.ts";

/**
 * The hosted page of a payment: the card form while it can be paid, how it stands otherwise. `onward`: the card
 * holder goes on to the bank's or the merchant's page without another click.
 */
export function renderPaymentPage({
  onward = false,
  ...options
}: CardFormOptions & { onward?: boolean }): string {
  const { view, language, problems = {} } = options;
  const phrases = phrasesOf[language];
  const payable = view.state === "payable";
  const title = payable
    ? phrases.tab(view.merchant)
    : `${outcomeOf(view, language).title} – ${view.merchant}`;
  const next = onward ? onwardUrl(view, language) : undefined;
  return renderDocument({
    language,
    title: Object.keys(problems).length > 0 ? `${phrases.tabProblem} – ${title}` : title,
    // No redirect: browsers hold one that follows a form to the form-action of the page with the form, and
    // nobody knows in advance where the way to a bank or a merchant leads in the end.
    head: html`${next !== undefined && html`<meta http-equiv="refresh" content="0;url=${next}" />`}
    ${view.state === "charging" && html`<noscript><meta http-equiv="refresh" content="5" /></noscript>`}`,
    body: html`${!view.isLive && renderTestMode(language, { besideForm: payable })}${
      payable ? renderPayable(options) : renderOutcome({ view, language })
    }`,
  });
}

function renderPayable(options: CardFormOptions): Html {
  return html`<div class="sheet two">
    ${renderSummary(options)}
    <div class="pane">${renderCardForm(options)}</div>
  </div>`;
}
