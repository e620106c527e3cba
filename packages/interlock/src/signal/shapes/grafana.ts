import { z } from "zod";
import { readAlertmanager } from "./alertmanager.ts";
import { readAs } from "./read-as.ts";
import type { Delivered } from "./shape.ts";
import { textsOf } from "./texts.ts";

const extrasSchema = z.looseObject({
  alerts: z.array(z.looseObject({ valueString: z.string().optional(), dashboardURL: z.string().optional() })),
});

/** Grafana's unified alerting: Alertmanager's members, with the values and where to look. */
export function readGrafana(body: unknown): Delivered[] {
  const { alerts } = readAs(extrasSchema, body);
  return readAlertmanager(body).map((delivered, index) => {
    const { valueString, dashboardURL } = alerts[index] ?? {};
    return { ...delivered, detail: { ...delivered.detail, ...textsOf({ valueString, dashboardURL }) } };
  });
}
