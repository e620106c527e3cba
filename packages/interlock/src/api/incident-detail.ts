import { z } from "zod";
import { impactIntervalSchema, incidentSchema, timelineEntrySchema } from "./incidents.ts";
import { momentSchema } from "./names.ts";
import { reportSchema } from "./reports.ts";
import { unitSchema } from "./unit.ts";
import { updateSchema } from "./updates.ts";

const headerSchema = z.array(z.object({ key: z.string(), label: z.string(), text: z.string() }));

/** An incident with all that belongs to it but its timeline. */
export const incidentDetailSchema = z.object({
  incident: incidentSchema,
  /** Computed from the facts, in every language. */
  header: z.object({ fr: headerSchema, en: headerSchema, it: headerSchema }),
  updates: z.array(updateSchema),
  impacts: z.array(impactIntervalSchema),
  unit: unitSchema,
  /** What the authorities are due; empty until it is classified as major. */
  reports: z.array(reportSchema),
  /** References of the incidents that were merged into it. */
  merged: z.array(z.string()),
});
export type IncidentDetail = z.infer<typeof incidentDetailSchema>;

/** All facts of an incident, for a report to the authorities. */
export const factsExportSchema = z.object({
  format: z.literal("interlock-incident/1"),
  exportedAt: momentSchema,
  ...incidentDetailSchema.shape,
  timeline: z.array(timelineEntrySchema),
});
export type FactsExport = z.infer<typeof factsExportSchema>;
