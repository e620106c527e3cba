import type { Category } from "../api/incidents.ts";
import type { Locale, Localised } from "../api/localised.ts";

// All that the public page shows, as plain data: whoever renders it needs neither a database nor a clock.

export type ComponentStatus =
  | "operational"
  | "degraded_performance"
  | "partial_outage"
  | "major_outage"
  | "under_maintenance";
export type IncidentStatus = "investigating" | "identified" | "monitoring" | "resolved" | "postmortem";
export type MaintenanceStatus = "scheduled" | "in_progress" | "verifying" | "completed" | "cancelled";
export type Priority = "P1" | "P2" | "P3" | "P4";

export interface PageModel {
  page: {
    environment: string;
    names: Localised;
    /** Where clients read it, without a slash at the end. */
    url: string;
    timeZone: string;
    /** The first is shown to who asks for none. */
    locales: readonly [Locale, ...Locale[]];
    responsibility: string;
  };
  /** When anything of all this was last changed. */
  changedAt: Date;
  /** Groups and components in their order, each group before what it holds. */
  components: readonly PageComponent[];
  /** Newest first. */
  incidents: readonly PageIncident[];
  /** Latest first. */
  maintenances: readonly PageMaintenance[];
}

export interface PageComponent {
  id: string;
  key: string;
  names: Localised;
  descriptions: Localised;
  /** The id of the group that it stands in. */
  group: string | null;
  isGroup: boolean;
  position: number;
  onlyShowIfDegraded: boolean;
  /** `2024-12-17`, a day of the page's time zone: before it nothing is known. */
  startDate: string;
  createdAt: Date;
  updatedAt: Date;
}

/** What an incident or a maintenance does to a component, from when to when; null while it goes on. */
export interface Impact {
  component: string;
  status: ComponentStatus;
  beganAt: Date;
  endedAt: Date | null;
}

interface Disruption {
  id: string;
  /** `INC-12`, `MNT-13`: what links and people call it. */
  reference: string;
  number: number;
  titles: Localised;
  createdAt: Date;
  updates: readonly PageUpdate[];
  impacts: readonly Impact[];
}

export interface PageIncident extends Disruption {
  status: IncidentStatus;
  priority: Priority;
  category: Category;
  responsibility: string;
  startedAt: Date;
  endedAt: Date | null;
  postmortem: PagePostmortem | null;
}

export interface PageMaintenance extends Disruption {
  status: MaintenanceStatus;
  descriptions: Localised;
  scheduledFor: Date;
  scheduledUntil: Date;
  startedAt: Date | null;
  completedAt: Date | null;
  /** Goes up with every change of its facts; calendars go by it. */
  revision: number;
}

/** One public message; its texts are those that hold now. */
export interface PageUpdate {
  id: string;
  status: IncidentStatus | MaintenanceStatus;
  texts: Localised;
  occurredAt: Date;
  publishedAt: Date;
  editedAt: Date | null;
  isBackdated: boolean;
  notifies: boolean;
  changes: readonly { component: string; from: ComponentStatus | null; to: ComponentStatus }[];
}

export interface PagePostmortem {
  publishedAt: Date;
  editedAt: Date | null;
  /** Markup that is safe to show, by locale; from the post-mortem's own renderer and from nowhere else. */
  html: Localised;
}
