import type { Localised } from "../../api/localised.ts";
import { sayDuration } from "../../language/duration.ts";
import { headerOf, type HeaderField } from "../../language/header.ts";
import { headerLabels } from "../../language/labels.ts";
import type { Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { PageIncident, PageMaintenance, PageModel } from "../page-model.ts";
import { touched } from "../status-rank.ts";
import { word } from "../words.ts";
import { moment, placeOf, said, stamp, timeOrMoment } from "./said.ts";

type Row = readonly [label: string, text: Html | string];

/** The facts of an incident, in a language: start, end, duration, category, responsibility, priority, components. */
export function headerBlock(incident: PageIncident, context: Context): Html {
  const { model, locale } = context;
  const { affected, unaffected } = touched(incident.impacts);
  const facts = {
    ...incident,
    affected: namesOf(affected, model),
    unaffected: namesOf(unaffected, model),
  };
  const shown = ({ key, text }: HeaderField): Html => {
    if (key === "start") return html`<time datetime="${stamp(incident.startedAt)}">${text}</time>`;
    if (key === "end" && incident.endedAt !== null) {
      return html`<time datetime="${stamp(incident.endedAt)}">${text}</time>`;
    }
    if (key === "affected" || key === "unaffected") return list(facts[key], locale, text);
    return html`<bdi>${text}</bdi>`;
  };
  return factList(headerOf(facts, placeOf(context)).map((field): Row => [field.label, shown(field)]));
}

/** The facts of a maintenance. */
export function maintenanceFacts(maintenance: PageMaintenance, context: Context): Html {
  const { locale, model } = context;
  const { scheduledFor, scheduledUntil, completedAt } = maintenance;
  const { affected, unaffected } = touched(maintenance.impacts);
  const rows: Row[] = [
    [word("scheduled-for", locale), moment(scheduledFor, context)],
    [word("scheduled-until", locale), timeOrMoment(scheduledUntil, scheduledFor, context)],
    [word("length", locale), sayDuration(scheduledUntil.getTime() - scheduledFor.getTime(), locale)],
  ];
  if (completedAt !== null) {
    rows.push([word("completed-at", locale), timeOrMoment(completedAt, scheduledFor, context)]);
  }
  if (affected.length > 0) rows.push([headerLabels.affected[locale], list(namesOf(affected, model), locale)]);
  if (unaffected.length > 0) {
    rows.push([headerLabels.unaffected[locale], list(namesOf(unaffected, model), locale)]);
  }
  return factList(rows);
}

function factList(rows: readonly Row[]): Html {
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

function namesOf(ids: readonly string[], { components }: PageModel): Localised[] {
  return components.filter(({ id }) => ids.includes(id)).map(({ names }) => names);
}

/** Names as a sentence has them; one by one where some are in another language, which is told to who reads aloud. */
function list(names: readonly Localised[], locale: Context["locale"], sentence?: string): Html {
  if (sentence !== undefined && names.every((each) => each[locale] !== undefined))
    return html`<bdi>${sentence}</bdi>`;
  return html`${names.map((each, index) => [index > 0 && ", ", said(each, locale)])}`;
}
