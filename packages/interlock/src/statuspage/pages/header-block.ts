import type { Locale, Localised } from "../../api/localised.ts";
import { sayDuration } from "../../language/duration.ts";
import { moment, timeOrMoment, placeOf, said } from "./said.ts";
import type { Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageIncident, PageMaintenance, PageModel } from "../page-model.ts";
import { touched } from "../status-rank.ts";
import { word } from "../words.ts";
import { sayTime } from "../../language/moment.ts";
void placeOf;
void sayTime;

/** The facts of an incident, in a language: start, end, duration, category, responsibility, priority, components. */
export function headerBlock(incident: PageIncident, context: Context): Html {
  const { locale, model } = context;
  const { startedAt, endedAt } = incident;
  const { affected, unaffected } = touched(incident.impacts);
  const labels = labelsIn[locale];
  const rows: [string, Html | string][] = [[labels.start, moment(startedAt, context)]];
  if (endedAt !== null) {
    rows.push([labels.end, timeOrMoment(endedAt, startedAt, context)]);
    rows.push([labels.duration, sayDuration(endedAt.getTime() - startedAt.getTime(), locale)]);
  }
  rows.push(
    [labels.category, incident.category],
    [labels.responsibility, html`<bdi>${incident.responsibility}</bdi>`],
    [labels.priority, incident.priority],
  );
  if (affected.length > 0) rows.push([labels.affected, namesOf(affected, model, locale)]);
  if (unaffected.length > 0) rows.push([labels.unaffected, namesOf(unaffected, model, locale)]);
  return factList(rows);
}

const labelsIn = {
  fr: {
    start: "Début",
    end: "Fin",
    duration: "Durée",
    category: "Catégorie",
    responsibility: "Responsabilité",
    priority: "Priorité",
    affected: "Affecté",
    unaffected: "Non affecté",
  },
  en: {
    start: "Start",
    end: "End",
    duration: "Duration",
    category: "Category",
    responsibility: "Responsibility",
    priority: "Priority",
    affected: "Affected",
    unaffected: "Not affected",
  },
  it: {
    start: "Inizio",
    end: "Fine",
    duration: "Durata",
    category: "Categoria",
    responsibility: "Responsabilità",
    priority: "Priorità",
    affected: "Interessato",
    unaffected: "Non interessato",
  },
} as const;

/** The facts of a maintenance. */
export function maintenanceFacts(maintenance: PageMaintenance, context: Context): Html {
  const { locale, model } = context;
  const { scheduledFor, scheduledUntil, completedAt } = maintenance;
  const { affected, unaffected } = touched(maintenance.impacts);
  const rows: [string, Html | string][] = [
    [word("scheduled-for", locale), moment(scheduledFor, context)],
    [word("scheduled-until", locale), timeOrMoment(scheduledUntil, scheduledFor, context)],
    [word("length", locale), sayDuration(scheduledUntil.getTime() - scheduledFor.getTime(), locale)],
  ];
  if (completedAt !== null) {
    rows.push([word("completed-at", locale), timeOrMoment(completedAt, scheduledFor, context)]);
  }
  if (affected.length > 0) rows.push([word("concerned", locale), namesOf(affected, model, locale)]);
  if (unaffected.length > 0) rows.push([labelsIn[locale].unaffected, namesOf(unaffected, model, locale)]);
  return factList(rows);
}

function factList(rows: readonly [string, Html | string][]): Html {
  return html`<dl class="facts">
    ${rows.map(
      ([label, text]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${text}</dd>
        </div>`,
    )}
  </dl>`;
}

function namesOf(ids: readonly string[], { components }: PageModel, locale: Locale): Html {
  const names: Localised[] = components
    .filter(({ id }) => ids.includes(id))
    .map((component) => component.names);
  return html`${names.map((each, index) => [index > 0 && ", ", said(each, locale)])}`;
}
