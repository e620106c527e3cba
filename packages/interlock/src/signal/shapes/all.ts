import type { SignalSource } from "../../api/signals.ts";
import { readAlertmanager } from "./alertmanager.ts";
import { readGrafana } from "./grafana.ts";
import { readJson } from "./json.ts";
import { readPagerduty } from "./pagerduty.ts";
import type { ReadDelivery } from "./shape.ts";
import { readStandardWebhook } from "./standard-webhooks.ts";

/** How each kind of source is read. */
export const shapes: Readonly<Record<SignalSource["kind"], ReadDelivery>> = {
  alertmanager: readAlertmanager,
  grafana: readGrafana,
  pagerduty: readPagerduty,
  "standard-webhooks": readStandardWebhook,
  json: readJson,
};
