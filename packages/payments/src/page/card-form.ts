import { formatAmount } from "./format.ts";
import { html, type Html } from "./html.ts";
import { icon } from "./icon.ts";
import type { Language } from "./language.ts";
import type { PaymentView } from "./payment-view.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { Phrases } from "./phrases/phrases.ts";
import type { CardField, CardProblems } from "./read-card.ts";

/** What was typed before and may be shown again: never the number or the security code. */
export interface Typed {
  expiry: string;
  saveCard: boolean;
}

export interface CardFormOptions {
  view: PaymentView;
  language: Language;
  problems?: CardProblems | undefined;
  typed?: Typed | undefined;
}

/** The card form. Without a script the browser's own means do: `autofocus` leads to the first problem. */
export function renderCardForm({ view, language, problems = {}, typed }: CardFormOptions): Html {
  const phrases = phrasesOf[language];
  const { form } = phrases;
  const amount = formatAmount(language, view);
  const merchant = view.merchant;
  const first = Object.keys(problems)[0];
  const field = (options: FieldOptions): Html =>
    renderField({ ...options, phrases, problem: problems[options.name], isFirst: options.name === first });
  return html`<h1>${form.heading}</h1>
    <p class="accepted">${form.accepted}</p>
    ${renderProblems(phrases, problems)}
    <form method="post" action="/pay/${view.id}?lang=${language}" novalidate data-busy="${form.busy}">
      <div class="fields">
        ${field({ name: "card_number", label: form.number, autocomplete: "cc-number", longest: 30, wide: true })}
        ${field({
          name: "expiry",
          label: form.expiry,
          hint: form.expiryHint,
          autocomplete: "cc-exp",
          longest: 10,
          value: typed?.expiry,
        })}
        ${field({
          name: "cvv",
          label: form.securityCode,
          hint: form.securityCodeHint,
          autocomplete: "cc-csc",
          longest: 4,
        })}
        ${
          view.saving === "asked" &&
          html`<div class="choice wide">
            <input
              type="checkbox"
              id="save_card"
              name="save_card"
              value="yes"
              ${typed?.saveCard === true && html` checked`}
            />
            <label for="save_card">${form.save(merchant)}</label>
          </div>`
        }
      </div>
      <div class="actions">
        <button class="button" type="submit">
          ${icon("lock")}<span>${view.deferred ? form.reserve(amount) : form.pay(amount)}</span>
        </button>
      </div>
    </form>
    ${view.cancelUrl !== undefined && html`<p class="after"><a href="${view.cancelUrl}">${form.cancel(merchant)}</a></p>`}
    <p class="privacy">${form.privacy(merchant)}</p>`;
}

interface FieldOptions {
  name: CardField;
  label: string;
  hint?: string;
  autocomplete: "cc-number" | "cc-exp" | "cc-csc";
  longest: number;
  value?: string | undefined;
  wide?: boolean;
}

function renderField(
  options: FieldOptions & {
    phrases: Phrases;
    problem: keyof Phrases["problems"] | undefined;
    isFirst: boolean;
  },
): Html {
  const { name, label, hint, autocomplete, longest, value = "", wide, phrases, problem, isFirst } = options;
  const wrong = problem !== undefined && problem !== "heading";
  const describedBy = [wrong ? `${name}-problem` : "", hint === undefined ? "" : `${name}-hint`]
    .filter((id) => id !== "")
    .join(" ");
  return html`<div class="field${wide === true && " wide"}">
    <label for="${name}">${label}</label>
    <input
      id="${name}"
      name="${name}"
      type="text"
      inputmode="numeric"
      autocomplete="${autocomplete}"
      maxlength="${longest}"
      value="${value}"
      required
      spellcheck="false"
      ${
        describedBy !== "" && html` aria-describedby="${describedBy}"`
      }${wrong && html` aria-invalid="true"`}${isFirst && html` autofocus`}
    />
    ${wrong && html`<p class="problem" id="${name}-problem">${phrases.problems[problem]}</p>`}
    ${hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>`}
  </div>`;
}

function renderProblems({ problems: phrases }: Phrases, problems: CardProblems): Html | false {
  const found = Object.entries(problems);
  if (found.length === 0) return false;
  return html`<section class="problems" role="alert" aria-labelledby="problems">
    <h2 id="problems">${phrases.heading(found.length)}</h2>
    <ul>
      ${found.map(([name, problem]) => html`<li><a href="#${name}">${phrases[problem]}</a></li>`)}
    </ul>
  </section>`;
}
