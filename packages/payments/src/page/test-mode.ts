import { testCards } from "../acquirer/test-cards.ts";
import { html, type Html } from "./html.ts";
import type { Language } from "./language.ts";
import { phrasesOf } from "./phrases/all.ts";
import type { TestCardOutcome } from "./phrases/phrases.ts";

const shown: readonly TestCardOutcome[] = ["approved", "challenge", "declined", "insufficientFunds"];

/** Says that nothing is real, and which cards there are to try it with. */
export function renderTestMode(language: Language, { withCards }: { withCards: boolean }): Html {
  const { test } = phrasesOf[language];
  return html`<aside class="test" aria-label="${test.heading}">
    <p><strong>${test.heading}</strong> · ${test.text}</p>
    ${
      withCards &&
      html`<details>
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
      </details>`
    }
  </aside>`;
}

function inGroups(number: string): string {
  return number.replaceAll(/(.{4})(?=.)/g, "$1 ");
}
