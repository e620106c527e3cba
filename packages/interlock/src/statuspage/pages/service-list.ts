import type { Context } from "../context.ts";
import { html, type Html } from "../html.ts";
import type { ComponentStatus, PageComponent } from "../page-model.ts";
import { currentStatuses, membersOf } from "../status-rank.ts";
import { shownDays, uptimeOf, type Uptime } from "../uptime.ts";
import { word } from "../words.ts";
import { plain, said } from "./said.ts";
import { componentState } from "./tone.ts";
import { uptimeBars, uptimeKey } from "./uptime-bars.ts";

/** Every component with its state and its uptime, in its group. */
export function serviceList(context: Context): Html {
  const { model, locale, now } = context;
  const statuses = currentStatuses(model);
  const uptimes = new Map(uptimeOf(model, now).map((uptime) => [uptime.component.id, uptime]));
  const shown = ({ id, onlyShowIfDegraded }: PageComponent): boolean =>
    !onlyShowIfDegraded || statuses.get(id) !== "operational";
  const one = (component: PageComponent, level: 3 | 4): Html =>
    service({
      component,
      level,
      status: statuses.get(component.id),
      uptime: uptimes.get(component.id),
      context,
    });
  const ends = model.components.filter(({ group }) => group === null).filter(shown);
  if (ends.length === 0) return html`<p class="note">${word("no-components", locale)}</p>`;
  return html`<ul class="services">
      ${ends.map((component) => {
        if (!component.isGroup) return one(component, 3);
        const members = membersOf(model, component).filter(shown);
        if (members.length === 0) return null;
        return html`<li class="group">
          <div class="row">
            <h3>${said(component.names, locale)}</h3>
            ${componentState(statuses.get(component.id) ?? "operational", locale)}
          </div>
          ${description(component, context)}
          <ul>
            ${members.map((member) => one(member, 4))}
          </ul>
        </li> `;
      })}
    </ul>
    ${uptimeKey(locale)}`;
}

function service({
  component,
  level,
  status = "operational",
  uptime,
  context,
}: {
  component: PageComponent;
  level: 3 | 4;
  status: ComponentStatus | undefined;
  uptime: Uptime | undefined;
  context: Context;
}): Html {
  const { locale } = context;
  const name = said(component.names, locale);
  return html`<li>
    <div class="row">
      ${level === 3 ? html`<h3>${name}</h3>` : html`<h4>${name}</h4>`}${componentState(status, locale)}
    </div>
    ${description(component, context)} ${uptime !== undefined && uptimeBars(uptime, context)}
  </li> `;
}

function description({ descriptions }: PageComponent, { locale }: Context): Html {
  return plain(descriptions, locale) === ""
    ? html``
    : html`<p class="note">${said(descriptions, locale)}</p>`;
}

/** What the figures beside the components are about. */
export function servicesNote({ locale }: Context): string {
  return word("services-note", locale, { days: shownDays });
}
