import type { Locale } from "../../api/localised.ts";
import { link, paths, type Context } from "../context.ts";
import { html, trustedHtml, type Html } from "../html.ts";
import type { PageIncident, PageMaintenance, PagePostmortem } from "../page-model.ts";
import { word } from "../words.ts";
import { incidentBlock, maintenanceBlock } from "./incident-block.ts";
import { layout } from "./layout.ts";
import { localesOf, moment, plain } from "./said.ts";

/** A page for an incident: facts, updates, post-mortem. */
export function incidentPage(
  context: Context,
  { incident, month }: { incident: PageIncident; month: string },
): string {
  const { locale } = context;
  const { postmortem } = incident;
  const main = html`<article>${incidentBlock(incident, context, 1)}</article>
    ${postmortem !== null && postmortemSection(postmortem, context)} ${back(context)}`;
  return layout(context, {
    title: plain(incident.titles, locale),
    main,
    pathIn: (each) => paths.incident(each, incident.reference),
    month,
  });
}

/** A page for a maintenance. */
export function maintenancePage(
  context: Context,
  { maintenance, month }: { maintenance: PageMaintenance; month: string },
): string {
  return layout(context, {
    title: plain(maintenance.titles, context.locale),
    main: html`<article>${maintenanceBlock(maintenance, context, 1)}</article>
      ${back(context)}`,
    pathIn: (each) => paths.maintenance(each, maintenance.reference),
    month,
  });
}

function back(context: Context): Html {
  return html`<p class="pages">
    <a href="${link(context, paths.index(context.locale))}">${word("to-status", context.locale)}</a>
  </p>`;
}

function postmortemSection(postmortem: PagePostmortem, context: Context): Html {
  const { locale } = context;
  const written = localesOf(postmortem.html, context);
  const own = postmortem.html[locale] === undefined ? written[0] : locale;
  if (own === undefined) return html``;
  const others = written.filter((other) => other !== own);
  const [before = "", after = ""] = word("postmortem-published", locale, { moment: "\u0000" }).split(
    "\u0000",
  );
  const [editedBefore = "", editedAfter = ""] = word("edited-at", locale, { moment: "\u0000" }).split(
    "\u0000",
  );
  const { publishedAt, editedAt } = postmortem;
  return html`<section id="postmortem" aria-labelledby="postmortem-title">
    <h2 id="postmortem-title">${word("postmortem", locale)}</h2>
    <p class="note">
      ${before}${moment(publishedAt, context)}${after}${
        editedAt !== null && [" · ", editedBefore, moment(editedAt, context), editedAfter]
      }
    </p>
    ${own !== locale && html`<p class="note">${word("postmortem-elsewhere", locale)}</p>`}
    <div class="prose" ${own !== locale && html` lang="${own}"`}>${prose(postmortem, own)}</div>
    ${others.map(
      (other) =>
        html`<details lang="${other}">
          <summary>${word("language", other)}</summary>
          <div class="prose">${prose(postmortem, other)}</div>
        </details> `,
    )}
  </section>`;
}

/** A wide table scrolls by itself, also with the keyboard. */
function prose({ html: texts }: PagePostmortem, locale: Locale): Html {
  const text = texts[locale] ?? "";
  return trustedHtml(
    text
      .replaceAll("<table>", '<div class="scroll" tabindex="0"><table>')
      .replaceAll("</table>", "</table></div>"),
  );
}
