import type { Locale } from "../../api/localised.ts";
import { speakerOf } from "../../language/speaker.ts";
import { link, paths, type Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import { inMonth } from "../months.ts";
import { word } from "../words.ts";
import { layout } from "./layout.ts";
import { incidentLine, maintenanceLine } from "./past-list.ts";

/** What happened in a month, with the way to the months around it. */
export function historyPage(
  context: Context,
  { month, months }: { month: string; months: readonly string[] },
): string {
  const { model, locale } = context;
  const { incidents, maintenances } = inMonth(model, month);
  const name = sayMonth(month, locale);
  const main = html`<h1>${word("history", locale)} · ${name}</h1>
    ${incidents.length === 0 && maintenances.length === 0 && html`<p class="more note">${word("nothing-in-month", locale)}</p>`}
    ${
      incidents.length > 0 &&
      html`<section>
        <h2>${word("incidents", locale)}</h2>
        <ul class="list">
          ${incidents.map((each) => incidentLine(each, context))}
        </ul>
      </section>`
    }
    ${
      maintenances.length > 0 &&
      html`<section>
        <h2>${word("maintenances", locale)}</h2>
        <ul class="list">
          ${maintenances.map((each) => maintenanceLine(each, context))}
        </ul>
      </section>`
    }
    ${months.length > 1 && around({ context, month, months })}`;
  return layout(context, {
    title: `${word("history", locale)} · ${name}`,
    main,
    pathIn: (each) => paths.history(each, month),
    here: "history",
    month: months[0] ?? month,
  });
}

/** The months there are, newest first; the nearest ones, and each year's own where there are many. */
function around({
  context,
  month,
  months,
}: {
  context: Context;
  month: string;
  months: readonly string[];
}): Html {
  const { locale } = context;
  return html`<section aria-labelledby="months">
    <h2 id="months">${word("months", locale)}</h2>
    <ul class="months">
      ${months.map(
        (each) =>
          html`<li>
            <a
              href="${link(context, paths.history(locale, each))}"
              ${each === month && html` aria-current="page"`}
              >${sayMonth(each, locale)}</a
            >
          </li>`,
      )}
    </ul>
  </section>`;
}

function sayMonth(month: string, locale: Locale): string {
  return speakerOf({ locale, timeZone: "UTC" }).formatDate(new Date(`${month}-15T12:00:00Z`), {
    month: "long",
    year: "numeric",
  });
}
