import { link, paths, type Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import { leavesOf } from "../status-rank.ts";
import { word } from "../words.ts";
import { layout } from "./layout.ts";
import { said } from "./said.ts";

/** Where forms are sent, from the root of the site; answered by the server. */
export const subscribePath = "subscribe";

/** How to be told: by email, by webhook, by feed. Forms work without a script. */
export function subscribePage(context: Context, { month }: { month: string }): string {
  const { locale } = context;
  const main = html`<h1>${word("subscribe", locale)}</h1>
    <p class="more">${word("subscribe-intro", locale)}</p>
    <section aria-labelledby="by-email">
      <h2 id="by-email">${word("by-email", locale)}</h2>
      ${form(context, "email", html`<label>${word("email-address", locale)}<input type="email" name="address" autocomplete="email" maxlength="254" required /></label>`)}
    </section>
    <section aria-labelledby="by-webhook">
      <h2 id="by-webhook">${word("by-webhook", locale)}</h2>
      <p>${word("webhook-intro", locale)}</p>
      ${form(context, "webhook", html`<label>${word("webhook-address", locale)}<input type="url" name="address" placeholder="https://" pattern="https://.+" maxlength="2000" required /></label>`)}
    </section>
    <section aria-labelledby="by-feed">
      <h2 id="by-feed">${word("by-feed", locale)}</h2>
      <ul class="months">
        <li><a href="${link(context, paths.atom(locale))}">${word("atom", locale)}</a></li>
        <li><a href="${link(context, paths.rss(locale))}">${word("rss", locale)}</a></li>
        <li><a href="${link(context, paths.calendar(locale))}">${word("calendar", locale)}</a></li>
      </ul>
    </section>`;
  return layout(context, {
    title: word("subscribe", locale),
    main,
    pathIn: paths.subscribe,
    here: "subscribe",
    month,
  });
}

function form(context: Context, channel: "email" | "webhook", address: Html): Html {
  const { model, locale } = context;
  const components = leavesOf(model);
  return html`<form method="post" action="${link(context, subscribePath)}">
    <input type="hidden" name="channel" value="${channel}" />
    ${address}
    ${
      model.page.locales.length > 1
        ? html`<label
            >${word("message-language", locale)}<select name="locale">
              ${model.page.locales.map(
                (each) =>
                  html`<option value="${each}" lang="${each}" ${each === locale && html` selected`}>
                    ${word("language", each)}
                  </option>`,
              )}
            </select></label
          >`
        : html`<input type="hidden" name="locale" value="${locale}" />`
    }
    ${
      components.length > 1 &&
      html`<fieldset>
        <legend>${word("message-components", locale)}</legend>
        ${components.map(
          ({ key, names }) =>
            html`<label
              ><input type="checkbox" name="component" value="${key}" />${said(names, locale)}</label
            >`,
        )}
      </fieldset>`
    }
    <button>${word("subscribe", locale)}</button>
  </form>`;
}
