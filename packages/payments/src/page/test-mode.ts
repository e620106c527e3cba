import { testCards } from "../acquirer/test-cards.ts";
import { html, type Html } from "./html.ts";
import type { Language } from "./language.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { Phrases, TestCardOutcome } from "./phrases/phrases.ts";

const shown: readonly TestCardOutcome[] = ["approved", "challenge", "declined", "insufficientFunds"];

/** Says that nothing is real; beside the card form also which cards there are to try it with. */
export function renderTestMode(language: Language, { besideForm }: { besideForm: boolean }): Html {
  const { test } = phrasesOf[language];
  return html`<aside class="test${!besideForm && " narrow"}" aria-label="${test.heading}">
    <p><strong>${test.heading}</strong> · ${test.text} ${besideForm && test.advice}</p>
    ${besideForm && renderCards(test)}
  </aside>`;
}

function renderCards(test: Phrases["test"]): Html {
  return html`<details>
    <summary>${test.cards}</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">${test.number}</th>
          <th scope="col">${test.outcome}</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          (outcome) =>
            html`<tr>
              <td><code>${inGroups(testCards[outcome])}</code></td>
              <td>${test.outcomes[outcome]}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`;
}

function inGroups(number: string): string {
  return number.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
