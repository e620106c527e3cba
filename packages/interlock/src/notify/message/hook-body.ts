import type { Locale } from "../../api/localised.ts";
import type { ImpactStatus } from "../../api/incidents.ts";
import { worstOf } from "../../incident/component-status.ts";
import { textIn } from "../../language/text-in.ts";
import type { Page } from "../page/read-page.ts";
import type { SaidUpdate, ThreadFacts, TouchedComponent } from "./thread-facts.ts";
import { threadUrl, unsubscribeUrl } from "./urls.ts";

interface Reader {
  locale: Locale;
  token: string;
  at: Date;
}

const documentation = "https://support.atlassian.com/statuspage/docs/enable-webhook-notifications/";

/** What is told of an update, in the shape of Statuspage's webhooks, with every language beside the reader's. */
export function updateBody(
  facts: ThreadFacts,
  { update, ...reader }: Reader & { update: SaidUpdate },
): object {
  const { locale } = reader;
  const known = facts.updates.filter(
    ({ publishedAt }) => publishedAt <= update.publishedAt || update.id === "",
  );
  // The one that is told of stands first, also where it is an older one that was edited.
  const updates = [update, ...known.filter(({ id }) => id !== update.id)];
  const scheduled = facts.scheduled;
  return {
    ...frame(facts, reader),
    incident: {
      id: facts.id,
      name: nameOf(facts, locale),
      status: update.status,
      impact: impactOf(facts),
      impact_override: null,
      backfilled: false,
      created_at: facts.createdAt.toISOString(),
      updated_at: (update.editedAt ?? update.publishedAt).toISOString(),
      started_at: facts.startedAt.toISOString(),
      monitoring_at: firstOf(facts, "monitoring"),
      resolved_at: facts.endedAt === null ? null : facts.endedAt.toISOString(),
      shortlink: threadUrl(facts.page, { ...facts, locale }),
      page_id: facts.page.environment,
      postmortem_body: null,
      postmortem_body_last_updated_at: null,
      postmortem_ignored: facts.postmortemPublishedAt === null,
      postmortem_published_at: facts.postmortemPublishedAt?.toISOString() ?? null,
      postmortem_notified_subscribers: facts.postmortemPublishedAt !== null,
      postmortem_notified_twitter: false,
      scheduled_for: scheduled?.for.toISOString() ?? null,
      scheduled_until: scheduled?.until.toISOString() ?? null,
      scheduled_remind_prior: false,
      scheduled_reminded_at: null,
      scheduled_auto_in_progress: scheduled !== null,
      scheduled_auto_completed: scheduled !== null,
      incident_updates: updates.map((each) => updateOf(facts, { update: each, locale })),
      components: facts.components
        .filter(({ worst }) => worst !== "operational")
        .map((component) => componentOf(facts, { component, locale })),
      translations: { name: facts.titles },
    },
  };
}

/** A component whose status changed. */
export interface ComponentChange {
  page: Page;
  pageStatus: ImpactStatus;
  component: TouchedComponent;
  from: ImpactStatus;
  to: ImpactStatus;
  /** Of the change. */
  id: string;
  changedAt: Date;
}

/** What is told of a component whose status changed. */
export function componentBody(change: ComponentChange, reader: Reader): object {
  const { component, from, to, id, changedAt } = change;
  return {
    ...frame(change, reader),
    component_update: {
      id,
      component_id: component.id,
      component_type: "Component",
      old_status: from,
      new_status: to,
      created_at: changedAt.toISOString(),
    },
    component: { ...componentOf(change, { component, locale: reader.locale }), status: to },
  };
}

function frame(
  { page, pageStatus }: Pick<ThreadFacts, "page" | "pageStatus">,
  { locale, token, at }: Reader,
): object {
  const { indicator, description } = statusOfPage(pageStatus);
  return {
    meta: {
      unsubscribe: unsubscribeUrl(page, { locale, token }),
      documentation,
      generated_at: at.toISOString(),
    },
    page: { id: page.environment, status_indicator: indicator, status_description: description },
  };
}

function updateOf(facts: ThreadFacts, { update, locale }: { update: SaidUpdate; locale: Locale }): object {
  const { id, status, occurredAt, publishedAt, editedAt, texts, affected } = update;
  return {
    id,
    incident_id: facts.id,
    status,
    body: textIn(texts, locale)?.text ?? "",
    created_at: publishedAt.toISOString(),
    updated_at: (editedAt ?? publishedAt).toISOString(),
    display_at: occurredAt.toISOString(),
    deliver_notifications: true,
    custom_tweet: null,
    tweet_id: null,
    affected_components: affected.map(({ component: reference, from, to }) => {
      const component = facts.components.find(
        ({ id: known, key }) => known === reference || key === reference,
      );
      const name = component === undefined ? reference : nameOfComponent(component, locale);
      return { code: component?.id ?? reference, name, old_status: from ?? "operational", new_status: to };
    }),
    translations: { body: texts },
  };
}

function componentOf(
  { page }: Pick<ThreadFacts, "page">,
  { component, locale }: { component: TouchedComponent; locale: Locale },
): object {
  return {
    id: component.id,
    name: nameOfComponent(component, locale),
    description: textIn(component.descriptions, locale)?.text ?? null,
    status: component.status,
    created_at: component.createdAt.toISOString(),
    updated_at: component.updatedAt.toISOString(),
    position: component.position,
    group_id: component.parent,
    page_id: page.environment,
    translations: { name: component.names },
  };
}

function nameOf(facts: ThreadFacts, locale: Locale): string {
  return textIn(facts.titles, locale)?.text ?? facts.reference;
}

function nameOfComponent({ names, key }: TouchedComponent, locale: Locale): string {
  return textIn(names, locale)?.text ?? key;
}

function firstOf({ updates }: ThreadFacts, status: string): string | null {
  return updates.findLast((update) => update.status === status)?.publishedAt.toISOString() ?? null;
}

const impacts: Readonly<Record<ImpactStatus, string>> = {
  operational: "none",
  under_maintenance: "maintenance",
  degraded_performance: "minor",
  partial_outage: "major",
  major_outage: "critical",
};

function impactOf({ kind, components }: ThreadFacts): string {
  return kind === "maintenance" ? "maintenance" : impacts[worstOf(components.map(({ worst }) => worst))];
}

const descriptions: Readonly<Record<ImpactStatus, string>> = {
  operational: "All Systems Operational",
  under_maintenance: "Service Under Maintenance",
  degraded_performance: "Partially Degraded Service",
  partial_outage: "Partial System Outage",
  major_outage: "Major System Outage",
};

function statusOfPage(worst: ImpactStatus): { indicator: string; description: string } {
  return { indicator: impacts[worst], description: descriptions[worst] };
}
