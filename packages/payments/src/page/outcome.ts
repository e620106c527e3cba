import { formatAmount, formatMoment } from "./format.ts";
import { html, type Html } from "./html.ts";
import { icon, type IconName } from "./icon.ts";
import type { Language } from "./language.ts";
import { pageAddress } from "./payment-address.ts";
import { onwardUrl, type PaymentView } from "./payment-view.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { PageState } from "./phrases/phrases.ts";

const signs: Record<PageState, { icon: IconName; tone: "good" | "bad" | "calm" }> = {
  payable: { icon: "lock", tone: "calm" },
  charging: { icon: "waiting", tone: "calm" },
  challenged: { icon: "bank", tone: "calm" },
  paid: { icon: "done", tone: "good" },
  authorized: { icon: "done", tone: "good" },
  refunded: { icon: "done", tone: "good" },
  failed: { icon: "wrong", tone: "bad" },
  aborted: { icon: "wrong", tone: "bad" },
  expired: { icon: "waiting", tone: "bad" },
};

/** How a payment stands once a card was tried or the merchant has ended it, and where to go from there. */
export function renderOutcome({ view, language }: { view: PaymentView; language: Language }): Html {
  const { title, text, more } = outcomeOf(view, language);
  const sign = signs[view.state];
  return html`<article class="sheet narrow">
    <div class="outcome" ${view.state === "charging" && html` data-state="charging" role="status"`}>
      <span class="sign ${sign.tone}${view.state === "charging" && " turning"}">${icon(sign.icon)}</span>
      <h1>${title}</h1>
      <p>${text}</p>
      ${more !== undefined && html`<p class="more">${more}</p>`} ${renderActions({ view, language })}
    </div>
    ${renderFacts({ view, language })}
  </article>`;
}

/** What there is to say about a payment that a card was tried for, or that the merchant has ended. */
export function outcomeOf(
  { state, failureCode, merchant }: PaymentView,
  language: Language,
): { title: string; text: string; more?: string } {
  const { states, failed } = phrasesOf[language];
  if (state === "payable") throw new Error("a payable payment shows the card form");
  if (state !== "failed") return states[state](merchant);
  return {
    title: failed.title,
    text: failed.reasons[failureCode ?? "processing_error"],
    more: failed.advice(merchant),
  };
}

function renderActions({ view, language }: { view: PaymentView; language: Language }): Html {
  const { links, form } = phrasesOf[language];
  const { id, state, merchant, returnUrl, cancelUrl } = view;
  switch (state) {
    case "challenged":
      return html`${renderButton(onwardUrl(view, language), links.proceed)}
      ${renderLink(cancelUrl, form.cancel(merchant))}`;
    case "charging":
      return html`${renderButton(pageAddress({ id, language }), links.refresh)}
      ${renderLink(returnUrl, links.back(merchant))}`;
    case "paid":
    case "authorized":
    case "refunded":
      return html`${renderButton(returnUrl, links.back(merchant))}`;
    default:
      // Whoever has not paid goes where cancelling leads; some merchants name only one address.
      return html`${renderButton(cancelUrl ?? returnUrl, links.back(merchant))}`;
  }
}

function renderButton(url: string | undefined, text: string): Html | false {
  return url !== undefined && html`<p class="actions"><a class="button" href="${url}">${text}</a></p>`;
}

function renderLink(url: string | undefined, text: string): Html | false {
  return url !== undefined && html`<p class="after"><a href="${url}">${text}</a></p>`;
}

function renderFacts({ view, language }: { view: PaymentView; language: Language }): Html {
  const { summary } = phrasesOf[language];
  const facts: [name: string, value: string | Html | false][] = [
    [summary.amount, formatAmount(language, view)],
    [summary.merchant, view.merchant],
    [summary.description, view.description ?? false],
    [summary.card, view.card !== null && summary.cardEnding(view.card)],
    [summary.moment, view.paidAtSeconds !== null && formatMoment(language, view.paidAtSeconds)],
    [summary.reference, html`<span class="reference">${view.id}</span>`],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        value !== false &&
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}
