import { impactLabels, statusLabels } from "../../language/labels.ts";
import type { Locale } from "../../api/localised.ts";
import { html, trustedHtml, type Html } from "../html.ts";
import type { ComponentStatus, PageIncident, PageMaintenance, PageUpdate } from "../page-model.ts";
import { isOpen, touched, worstStatus } from "../status-rank.ts";

export type Tone = "ok" | "minor" | "part" | "major" | "work" | "calm";

/** The colour family of a component's status; its mark has a shape of its own, so nothing is told by colour alone. */
export function toneOf(status: ComponentStatus): Tone {
  const tones: Readonly<Record<ComponentStatus, Tone>> = {
    operational: "ok",
    degraded_performance: "minor",
    partial_outage: "part",
    major_outage: "major",
    under_maintenance: "work",
  };
  return tones[status];
}

const shapes: Readonly<Record<Tone, string>> = {
  ok: '<circle cx="12" cy="12" r="9.5"/><path d="m7.75 12.5 3 3 5.5-6.5"/>',
  minor: '<circle cx="12" cy="12" r="9.5"/><path d="M7.5 12h9"/>',
  part: '<path d="M12 3 1.75 20.75h20.5zM12 9.75v5M12 17.75v.01"/>',
  major: '<circle cx="12" cy="12" r="9.5"/><path d="m8.75 8.75 6.5 6.5m0-6.5-6.5 6.5"/>',
  work: '<circle cx="12" cy="12" r="9.5"/><path d="M12 6.75V12l3.25 2.25"/>',
  calm: '<circle cx="12" cy="12" r="9.5"/><path d="M12 11v5.5M12 7.5v.01"/>',
};

/** The mark of a tone; words beside it say the same. */
export function mark(tone: Tone): Html {
  return html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">${trustedHtml(shapes[tone])}</svg>`;
}

export function componentState(status: ComponentStatus, locale: Locale): Html {
  const tone = toneOf(status);
  return html`<span class="state t-${tone}">${mark(tone)}${impactLabels[status][locale]}</span>`;
}

/** How an incident is coloured: what it does while it is open, calm when it is over. */
export function toneOfIncident(incident: PageIncident): Tone {
  if (!isOpen(incident)) return "ok";
  const { affected } = touched(incident.impacts);
  const open = incident.impacts.filter(({ endedAt }) => endedAt === null).map(({ status }) => status);
  const worst = worstStatus(open);
  if (worst !== "operational") return toneOf(worst);
  // Nobody has said what it affects, or all of that has recovered.
  if (affected.length > 0 || incident.status === "monitoring") return "minor";
  return incident.priority === "P1" ? "major" : incident.priority === "P2" ? "part" : "minor";
}

export function toneOfMaintenance({ status }: PageMaintenance): Tone {
  return status === "completed" ? "ok" : status === "cancelled" ? "calm" : "work";
}

export function statusBadge(status: PageUpdate["status"], tone: Tone, locale: Locale): Html {
  return html`<span class="badge t-${tone}">${mark(tone)}${statusLabels[status][locale]}</span>`;
}
