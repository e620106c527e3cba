import { z } from "zod";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

export const newIncidentSchema = z.object({
  /** What people call it: `INC-7`. */
  reference: z.string().trim().min(1).max(100),
  priority: z.enum(["P1", "P2", "P3", "P4"]),
  title: z.string().trim().min(1).max(200),
  scope: z.string().min(1).max(1_000),
  /** Whether it holds back what touches its scope. A P1 always does. */
  hold: z.boolean().default(false),
});

export const incidentSchema = z.object({
  id: idSchema("inc"),
  environment: nameSchema,
  reference: z.string(),
  priority: z.enum(["P1", "P2", "P3", "P4"]),
  title: z.string(),
  scope: z.string(),
  holds: z.boolean(),
  openedAt: momentSchema,
  openedBy: z.string(),
  closedAt: momentSchema.nullable(),
  closedBy: z.string().nullable(),
});
export type Incident = z.infer<typeof incidentSchema>;
export const incidentListSchema = z.object({ incidents: z.array(incidentSchema) });
