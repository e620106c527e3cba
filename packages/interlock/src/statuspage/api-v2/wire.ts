import type { Localised } from "../../api/localised.ts";
import type { ComponentStatus, IncidentStatus, MaintenanceStatus } from "../page-model.ts";
import type { Indicator } from "../status-rank.ts";

// The shapes of the Statuspage API v2, as its clients read them. `translations` is ours: clients pass over it.

export type Impact = "none" | "minor" | "major" | "critical" | "maintenance";

export interface WirePage {
  id: string;
  name: string;
  url: string;
  time_zone: string;
  updated_at: string;
  translations: { name: Localised };
}

export interface WireStatus {
  indicator: Indicator;
  description: string;
}

export interface WireComponent {
  id: string;
  name: string;
  status: ComponentStatus;
  created_at: string;
  updated_at: string;
  position: number;
  description: string | null;
  showcase: boolean;
  start_date: string | null;
  group_id: string | null;
  page_id: string;
  group: boolean;
  only_show_if_degraded: boolean;
  components?: string[];
  translations: { name: Localised; description: Localised };
}

export interface WireUpdate {
  id: string;
  incident_id: string;
  status: IncidentStatus | MaintenanceStatus;
  body: string;
  created_at: string;
  updated_at: string;
  display_at: string;
  deliver_notifications: boolean;
  custom_tweet: null;
  tweet_id: null;
  affected_components:
    | { code: string; name: string; old_status: ComponentStatus; new_status: ComponentStatus }[]
    | null;
  translations: { body: Localised };
}

export interface WireIncident {
  id: string;
  name: string;
  status: IncidentStatus | MaintenanceStatus;
  created_at: string;
  updated_at: string;
  monitoring_at: string | null;
  resolved_at: string | null;
  impact: Impact;
  shortlink: string;
  started_at: string;
  page_id: string;
  incident_updates: WireUpdate[];
  components: WireComponent[];
  translations: { name: Localised };
}

export interface WireMaintenance extends WireIncident {
  scheduled_for: string;
  scheduled_until: string;
}
