import { plain } from "../pages/said.ts";
import type { ComponentStatus, PageComponent, PageModel } from "../page-model.ts";
import { currentStatuses, membersOf, overallOf } from "../status-rank.ts";
import type { WireComponent, WirePage, WireStatus } from "./wire.ts";

export function wirePage(model: PageModel): WirePage {
  const { page, changedAt } = model;
  return {
    id: page.environment,
    name: plain(page.names, page.locales[0]),
    url: page.url,
    time_zone: page.timeZone,
    updated_at: changedAt.toISOString(),
    translations: { name: page.names },
  };
}

export function wireStatus(model: PageModel): WireStatus {
  const { indicator, description } = overallOf(model);
  return { indicator, description };
}

/** Groups and components in one flat list, as the API has it. */
export function wireComponents(model: PageModel): WireComponent[] {
  const statuses = currentStatuses(model);
  return model.components.map((component) =>
    wireComponent({ model, component, status: statuses.get(component.id) ?? "operational" }),
  );
}

function wireComponent({
  model,
  component,
  status,
}: {
  model: PageModel;
  component: PageComponent;
  status: ComponentStatus;
}): WireComponent {
  const { page } = model;
  const [locale] = page.locales;
  const description = plain(component.descriptions, locale);
  return {
    id: component.id,
    name: plain(component.names, locale),
    status,
    created_at: component.createdAt.toISOString(),
    updated_at: component.updatedAt.toISOString(),
    position: component.position,
    description: description === "" ? null : description,
    showcase: !component.isGroup,
    start_date: component.isGroup ? null : component.startDate,
    group_id: component.group,
    page_id: page.environment,
    group: component.isGroup,
    only_show_if_degraded: component.onlyShowIfDegraded,
    ...(component.isGroup ? { components: membersOf(model, component).map(({ id }) => id) } : {}),
    translations: { name: component.names, description: component.descriptions },
  };
}
