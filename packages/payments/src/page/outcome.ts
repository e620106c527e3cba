import { formatAmount, formatMoment } from "./format.ts";
import { html, type Html } from "./html.ts";
import { icon, type IconName } from "./icon.ts";
import type { Language } from "./language.ts";
import { pageAddress } from "./payment-address.ts";
import { onwardUrl, type PaymentView } from "./payment-view.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { PageState, Phrases } from "./phrases/phrases.ts";

const signs: Record<Exclude<PageState, "payable">, { icon: IconName; tone: "good" | "bad" | "calm" }> = {
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
  const phrases = phrasesOf[language];
  if (view.state === "payable") throw new Error("a payable payment shows the card form");
  const sign = signs[view.state];
  const { title, text, more } = tell(phrases, { ...view, state: view.state });
  return html`<article class="sheet narrow">
    <div class="outcome" ${view.state === "charging" && html` data-state="charging" role="status"`}>
      <span class="sign ${sign.tone}${view.state === "charging" && " turning"}">${icon(sign.icon)}</span>
      <h1>${title}</h1>
      <p>${text}</p>
      ${more !== undefined && html`<p class="more">${more}</p>`} ${renderActions(phrases, { view, language })}
    </div>
    ${renderFacts({ view, language })}
  </article>`;
}

function tell(
  phrases: Phrases,
  view: PaymentView & { state: Exclude<PageState, "payable"> },
): { title: string; text: string; more?: string } {
  if (view.state !== "failed") {
    return phrases.states[view.state](view.merchant);
  }
  const { title, reasons, advice } = phrases.failed;
  return { title, text: reasons[view.failureCode ?? "processing_error"], more: advice(view.merchant) };
}

function renderActions(
  phrases: Phrases,
  { view, language }: { view: PaymentView; language: Language },
): Html {
  const { links, form } = phrases;
  const { state, merchant, returnUrl, cancelUrl } = view;
  const onward = onwardUrl(view, language);
  switch (state) {
    case "challenged":
      return html`${onward !== undefined && renderButton(onward, links.proceed)}${
        cancelUrl !== undefined &&
        html`<p class="after"><a href="${cancelUrl}">${form.cancel(merchant)}</a></p>`
      }`;
    case "charging":
      return renderButton(pageAddress({ id: view.id, language }), links.refresh);
    case "paid":
    case "authorized":
    case "refunded":
      return html`${returnUrl !== undefined && renderButton(returnUrl, links.back(merchant))}`;
    default: {
      // Whoever has not paid goes where cancelling leads; some merchants name only one address.
      const url = cancelUrl ?? returnUrl;
      return html`${url !== undefined && renderButton(url, links.back(merchant))}`;
    }
  }
}

function renderButton(url: string, text: string): Html {
  return html`<p class="actions"><a class="button" href="${url}">${text}</a></p>`;
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
