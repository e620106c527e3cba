import { readFileSync } from "node:fs";
import { formatAmount } from "../page/format.ts";
import { html, verbatim, type Html } from "../page/html.ts";
import { languages, type Language } from "../page/language.ts";
import { phrasesOf } from "../page/phrases/all.ts";
import { sourceHash } from "../page/source-hash.ts";
import { challengePhrasesOf } from "./challenge-phrases.ts";

/** What the card holder is shown when they are asked to prove who they are. */
export interface ChallengePage {
  amountCents: number;
  last4: string;
  /** True when what was typed is no code at all. */
  isMistyped: boolean;
  language: Language;
}

const style = readFileSync(new URL("challenge.css", import.meta.url), "utf8");
const styleElement = verbatim("style", style);

/** What a page of the issuer may do; `returnUrl` is where its form leads in the end. */
export function challengePolicy(returnUrl: string | null): string {
  // Browsers hold the redirect after a form to form-action as well, so the way back has to be in it.
  const back = returnUrl === null ? "" : ` ${new URL(returnUrl).origin}`;
  return `default-src 'none'; style-src ${sourceHash(style)}; form-action 'self'${back}; frame-ancestors 'none'; base-uri 'none'`;
}

/** The page of a 3-D Secure challenge: a form that POSTs `code`, or `cancel`, to its own address. */
export function renderChallengePage({ amountCents, last4, isMistyped, language }: ChallengePage): string {
  const phrases = challengePhrasesOf[language];
  const amount = formatAmount(language, { amountCents, currency: "EUR" });
  return renderPage(language, {
    title: isMistyped ? `${phrases.tabProblem} – ${phrases.title}` : phrases.title,
    body: html`<h1>${phrases.title}</h1>
      <p>${phrases.text({ amount, last4 })}</p>
      <form method="post" novalidate>
        <label for="code">${phrases.code}</label>
        <p class="hint" id="hint">${phrases.hint}</p>
        <input
          id="code"
          name="code"
          type="text"
          inputmode="numeric"
          autocomplete="one-time-code"
          maxlength="12"
          required
          spellcheck="false"
          aria-describedby="${isMistyped && "problem "}hint"
          ${isMistyped && html`aria-invalid="true" autofocus`}
        />
        ${isMistyped && html`<p class="problem" id="problem" role="alert">${phrases.mistyped}</p>`}
        <div class="buttons">
          <button class="main" type="submit">${phrases.confirm}</button>
          <button type="submit" name="cancel" value="1">${phrases.cancel}</button>
        </div>
      </form>
      <p class="test">${phrases.test}</p>`,
  });
}

/** What is shown when there is nowhere to go back to, or no such challenge. */
export function renderChallengeEnd(what: "over" | "unknown", language: Language): string {
  const { title, text } = challengePhrasesOf[language][what];
  return renderPage(language, {
    title,
    body: html`<h1>${title}</h1>
      <p>${text}</p>`,
  });
}

function renderPage(language: Language, { title, body }: { title: string; body: Html }): string {
  const { bank } = challengePhrasesOf[language];
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – ${bank}</title>
        <link rel="icon" href="data:," />
        ${styleElement}
      </head>
      <body>
        <header class="band">
          <p>
            <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
              <path d="M3.5 9.5L12 4l8.5 5.5zM6 9.5V18M12 9.5V18M18 9.5V18M3.5 19.5h17" />
            </svg>
            ${bank}
          </p>
        </header>
        <main>
          <div class="paper">${body}</div>
          ${renderLanguages(language)}
        </main>
      </body>
    </html> `.toString();
}

function renderLanguages(current: Language): Html {
  const { choose } = phrasesOf[current].language;
  return html`<nav aria-label="${choose}">
    ${languages.map((language) => {
      const { own } = phrasesOf[language].language;
      return language === current
        ? html`<span aria-current="true">${own}</span> `
        : html`<a href="?lang=${language}" lang="${language}" hreflang="${language}">${own}</a> `;
    })}
  </nav>`;
}
