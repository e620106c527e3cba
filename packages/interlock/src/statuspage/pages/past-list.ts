import { sayDuration } from "../../language/duration.ts";
import { link, paths, type Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageIncident, PageMaintenance } from "../page-model.ts";
import { word } from "../words.ts";
import { moment, said, timeOrMoment } from "./said.ts";
import { statusBadge, toneOfIncident, toneOfMaintenance } from "./tone.ts";

/** An incident in a line or two, with the way to the whole of it. */
export function incidentLine(incident: PageIncident, context: Context): Html {
  const { locale } = context;
  const { startedAt, endedAt, titles, status, reference, priority, postmortem } = incident;
  const to = link(context, paths.incident(locale, reference));
  return html`<li>
    <div class="title">
      <h3 dir="auto"><a href="${to}">${said(titles, locale)}</a></h3>
      ${statusBadge(status, toneOfIncident(incident), locale)}
    </div>
    <p class="note">
      ${moment(startedAt, context)}${
        endedAt !== null && [
          " – ",
          timeOrMoment(endedAt, startedAt, context),
          " · ",
          sayDuration(endedAt.getTime() - startedAt.getTime(), locale),
        ]
      }
      · ${priority} ·
      ${reference}${
        postmortem !== null && html` · <a href="${to}#postmortem">${word("postmortem", locale)}</a>`
      }
    </p>
  </li> `;
}

export function maintenanceLine(maintenance: PageMaintenance, context: Context): Html {
  const { locale } = context;
  const { scheduledFor, scheduledUntil, titles, status, reference } = maintenance;
  return html`<li>
    <div class="title">
      <h3 dir="auto">
        <a href="${link(context, paths.maintenance(locale, reference))}">${said(titles, locale)}</a>
      </h3>
      ${statusBadge(status, toneOfMaintenance(maintenance), locale)}
    </div>
    <p class="note">
      ${moment(scheduledFor, context)} – ${timeOrMoment(scheduledUntil, scheduledFor, context)} · ${reference}
    </p>
  </li> `;
}
