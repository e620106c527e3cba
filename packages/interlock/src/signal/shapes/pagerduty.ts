import { z } from "zod";
import { readAs } from "./read-as.ts";
import { severityOf } from "./severity-of.ts";
import type { Delivered } from "./shape.ts";
import { keptText, keyOfLabels, momentOf, textsOf } from "./texts.ts";

/** PagerDuty's Events API, version 2. */
const eventSchema = z.discriminatedUnion("event_action", [
  z.looseObject({
    event_action: z.literal("trigger"),
    dedup_key: z.string().min(1).max(255).optional(),
    payload: z.looseObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.string(),
      timestamp: z.string().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
  z.looseObject({
    event_action: z.enum(["acknowledge", "resolve"]),
    dedup_key: z.string().min(1).max(255),
  }),
]);

/** One event. Without a dedup_key the key comes from what it says, and the answer tells it. */
export function readPagerduty(body: unknown): Delivered[] {
  const event = readAs(eventSchema, body);
  const now = new Date();
  if (event.event_action !== "trigger") {
    const isOver = event.event_action === "resolve";
    return [
      {
        key: keptText(event.dedup_key, 300),
        state: isOver ? "ended" : "acknowledged",
        title: keptText(event.dedup_key, 300),
        severity: "critical",
        // The end says nothing of when it began: it is about what fires now.
        startedAt: null,
        endedAt: isOver ? now : null,
        labels: {},
        detail: {},
      },
    ];
  }
  const { payload } = event;
  const labels = textsOf({ ...payload.custom_details, ...payload });
  const { summary, source, component = "", group = "" } = payload;
  return [
    {
      key: keptText(event.dedup_key ?? keyOfLabels({ summary, source, component, group }), 300),
      state: "firing",
      title: keptText(summary, 300),
      severity: severityOf(payload.severity),
      // Its timestamp is that of this event and differs each time, so it tells no trouble from the one before it.
      startedAt: null,
      endedAt: null,
      labels,
      detail: { ...labels, ...timeOf(payload.timestamp) },
    },
  ];
}

function timeOf(timestamp: string | undefined): Record<string, string> {
  const at = momentOf(timestamp);
  return at === null ? {} : { timestamp: at.toISOString() };
}
