import { z } from "zod";
import { readAs } from "./read-as.ts";
import { severityOf } from "./severity-of.ts";
import type { Delivered } from "./shape.ts";
import { keptText, keyOfLabels, momentOf, textsOf } from "./texts.ts";

const texts = z.record(z.string(), z.string());

/** Alertmanager's webhook, version 4, and Grafana's, which has the same members and more. */
const deliverySchema = z.looseObject({
  alerts: z
    .array(
      z.looseObject({
        status: z.enum(["firing", "resolved"]),
        labels: texts,
        annotations: texts.default({}),
        startsAt: z.string().optional(),
        endsAt: z.string().optional(),
        fingerprint: z.string().min(1).max(200).optional(),
      }),
    )
    .max(1_000),
});

/** A trouble for each alert of the group: its fingerprint is the key. */
export function readAlertmanager(body: unknown): Delivered[] {
  return readAs(deliverySchema, body).alerts.map((alert) => {
    const { labels, annotations } = alert;
    const name = labels["alertname"] ?? "an alert";
    const isOver = alert.status === "resolved";
    return {
      key: keptText(alert.fingerprint ?? keyOfLabels(labels), 300),
      state: isOver ? "ended" : "firing",
      title: keptText(annotations["summary"] ?? annotations["title"] ?? name, 300),
      severity: severityOf(labels["severity"] ?? labels["priority"]),
      startedAt: momentOf(alert.startsAt),
      // While it fires this is when it would end if it were not sent again.
      endedAt: isOver ? momentOf(alert.endsAt) : null,
      labels: textsOf(labels),
      detail: textsOf({ ...labels, ...annotations }),
    };
  });
}
