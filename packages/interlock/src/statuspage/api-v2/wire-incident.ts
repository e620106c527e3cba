import { paths } from "../context.ts";
import { plain } from "../pages/said.ts";
import type { PageIncident, PageMaintenance, PageModel, PageUpdate } from "../page-model.ts";
import { isOpen, touched, worstStatus } from "../status-rank.ts";
import type { Impact, WireComponent, WireIncident, WireMaintenance, WireUpdate } from "./wire.ts";

interface Around {
  model: PageModel;
  /** All of them, as they are now. */
  components: readonly WireComponent[];
}

export function wireIncident(incident: PageIncident, { model, components }: Around): WireIncident {
  const { page } = model;
  const [locale] = page.locales;
  const { affected } = touched(incident.impacts);
  const monitoring = incident.updates.findLast(({ status }) => status === "monitoring");
  return {
    id: incident.id,
    name: plain(incident.titles, locale),
    status: incident.status,
    created_at: incident.createdAt.toISOString(),
    updated_at: lastChangeOf(incident).toISOString(),
    monitoring_at: monitoring?.occurredAt.toISOString() ?? null,
    // The end of the disruption, which is what clients take the length from; not when it was said.
    resolved_at: isOpen(incident) ? null : (incident.endedAt ?? lastChangeOf(incident)).toISOString(),
    impact: impactOf(incident),
    shortlink: `${page.url}/${paths.incident(locale, incident.reference)}`,
    started_at: incident.startedAt.toISOString(),
    page_id: page.environment,
    incident_updates: wireUpdates(incident, model),
    components: components.filter(({ id }) => affected.includes(id)),
    translations: { name: incident.titles },
  };
}

export function wireMaintenance(
  maintenance: PageMaintenance,
  { model, components }: Around,
): WireMaintenance {
  const { page } = model;
  const [locale] = page.locales;
  const { affected } = touched(maintenance.impacts);
  return {
    id: maintenance.id,
    name: plain(maintenance.titles, locale),
    status: maintenance.status,
    created_at: maintenance.createdAt.toISOString(),
    updated_at: lastChangeOf(maintenance).toISOString(),
    monitoring_at: null,
    resolved_at: maintenance.completedAt?.toISOString() ?? null,
    impact: "maintenance",
    shortlink: `${page.url}/${paths.maintenance(locale, maintenance.reference)}`,
    started_at: (maintenance.startedAt ?? maintenance.scheduledFor).toISOString(),
    page_id: page.environment,
    incident_updates: wireUpdates(maintenance, model),
    components: components.filter(({ id }) => affected.includes(id)),
    translations: { name: maintenance.titles },
    scheduled_for: maintenance.scheduledFor.toISOString(),
    scheduled_until: maintenance.scheduledUntil.toISOString(),
  };
}

/** When its facts or what was said of it changed last. */
export function lastChangeOf({ createdAt, updates }: PageIncident | PageMaintenance): Date {
  const moments = updates.flatMap(({ publishedAt, editedAt }) => [publishedAt, editedAt ?? publishedAt]);
  return new Date(Math.max(createdAt.getTime(), ...moments.map((at) => at.getTime())));
}

/** By what it does to components at its worst; by its priority where nobody said. */
function impactOf({ impacts, priority }: PageIncident): Impact {
  const worst = worstStatus(impacts.map(({ status }) => status));
  if (worst === "major_outage") return "critical";
  if (worst === "partial_outage") return "major";
  if (worst === "degraded_performance") return "minor";
  if (worst === "under_maintenance") return "maintenance";
  if (impacts.length > 0) return "none";
  const byPriority = { P1: "critical", P2: "major", P3: "minor", P4: "none" } as const;
  return byPriority[priority];
}

function wireUpdates({ id, updates }: PageIncident | PageMaintenance, model: PageModel): WireUpdate[] {
  return updates
    .filter(({ status }) => status !== "cancelled")
    .map((update) => wireUpdate(update, { incident: id, model }));
}

function wireUpdate(
  update: PageUpdate,
  { incident, model: { page, components } }: { incident: string; model: PageModel },
): WireUpdate {
  const [locale] = page.locales;
  const affected = update.changes.flatMap(({ component, from, to }) => {
    const found = components.find(({ id }) => id === component);
    if (found === undefined) return [];
    const name = plain(found.names, locale);
    return [{ code: component, name, old_status: from ?? "operational", new_status: to }];
  });
  return {
    id: update.id,
    incident_id: incident,
    status: update.status,
    body: plain(update.texts, locale),
    created_at: update.publishedAt.toISOString(),
    updated_at: (update.editedAt ?? update.publishedAt).toISOString(),
    display_at: update.occurredAt.toISOString(),
    deliver_notifications: update.notifies,
    custom_tweet: null,
    tweet_id: null,
    affected_components: affected.length === 0 ? null : affected,
    translations: { body: update.texts },
  };
}
