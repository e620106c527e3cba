import { z } from "zod";
import { localisedLineSchema, type Localised } from "./localised.ts";
import { idSchema, momentSchema, nameSchema } from "./names.ts";
import { scopeTextSchema } from "./rules.ts";

export const prioritySchema = z.enum(["P1", "P2", "P3", "P4"]);
export type Priority = z.infer<typeof prioritySchema>;

/** What is wrong with a component; `operational` says that it explicitly is not affected. */
export const impactStatuses = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
  "under_maintenance",
] as const;
export const impactStatusSchema = z.enum(impactStatuses);
export type ImpactStatus = z.infer<typeof impactStatusSchema>;

/** What an incident can do to a component. Maintenance has verbs of its own. */
export const incidentImpactSchema = impactStatusSchema.exclude(["under_maintenance"]);

export const incidentStatuses = [
  "investigating",
  "identified",
  "monitoring",
  "resolved",
  "postmortem",
] as const;
export const incidentStatusSchema = z.enum(incidentStatuses);
export type IncidentStatus = z.infer<typeof incidentStatusSchema>;

/** What kind of trouble it is; the phrase catalogue says each in every language. */
export const categories = [
  "production-processing",
  "infrastructure",
  "database",
  "deployment",
  "network",
  "security",
  "third-party",
  "data",
  "other",
] as const;
export const categorySchema = z.enum(categories);
export type Category = z.infer<typeof categorySchema>;

/** `INC-12`, or the id that the server made. */
export const incidentReferenceSchema = z
  .string()
  .regex(/^(?:INC-[1-9]\d{0,14}|inc_[0-9a-z]{16})$/, "write INC-12, or the id as it was given: inc_…");

/** Of a component: `payment-api`. */
export const componentKeySchema = nameSchema;

export const titlesSchema: z.ZodType<Localised> = localisedLineSchema(200);

export const componentImpactSchema = z.strictObject({
  component: componentKeySchema,
  status: incidentImpactSchema,
});
export type ComponentImpact = z.infer<typeof componentImpactSchema>;

const impactsSchema = z.array(componentImpactSchema).max(100);
const keysSchema = z.array(componentKeySchema).max(100);
const responsibilitySchema = z.string().trim().min(1).max(100);

export const newIncidentSchema = z.strictObject({
  priority: prioritySchema,
  titles: titlesSchema,
  components: impactsSchema.default([]),
  /** Components that explicitly are not affected. */
  unaffected: keysSchema.default([]),
  /** What it holds back; by default what the affected components are, and of a P1 without any the environment. */
  scope: scopeTextSchema.optional(),
  /** By default now. */
  startedAt: momentSchema.optional(),
  /** By default now. */
  detectedAt: momentSchema.optional(),
  category: categorySchema.optional(),
  responsibility: responsibilitySchema.optional(),
  /** Whether the public page shows it at once; publishing an update makes it public anyway. */
  isPublic: z.boolean().default(false),
  /** Whether it holds back what touches its scope. A P1 always does. */
  hold: z.boolean().default(false),
});
export type NewIncident = z.infer<typeof newIncidentSchema>;

/** A component of an incident as it is now, or was at the end. */
const shownImpactSchema = z.object({
  component: componentKeySchema,
  names: titlesSchema,
  status: impactStatusSchema,
});

export const incidentSchema = z.object({
  id: idSchema("inc"),
  reference: z.string(),
  environment: nameSchema,
  titles: titlesSchema,
  priority: prioritySchema,
  status: incidentStatusSchema,
  category: categorySchema,
  /** Null for whom the page names. */
  responsibility: z.string().nullable(),
  isPublic: z.boolean(),
  scopes: z.array(z.string()),
  holds: z.boolean(),
  affected: z.array(shownImpactSchema),
  unaffected: z.array(shownImpactSchema),
  startedAt: momentSchema,
  detectedAt: momentSchema,
  openedAt: momentSchema,
  openedBy: z.string(),
  acknowledgedAt: momentSchema.nullable(),
  acknowledgedBy: z.string().nullable(),
  unitOpenedAt: momentSchema.nullable(),
  recoveredAt: momentSchema.nullable(),
  endedAt: momentSchema.nullable(),
  closedAt: momentSchema.nullable(),
  closedBy: z.string().nullable(),
  /** The reference of the incident that goes on in its place. */
  mergedInto: z.string().nullable(),
  classifiedAt: momentSchema.nullable(),
  revision: z.int(),
});
export type Incident = z.infer<typeof incidentSchema>;
export const incidentListSchema = z.object({ incidents: z.array(incidentSchema) });

export const noteSchema = z.strictObject({
  text: z.string().trim().min(1).max(10_000),
  /** When it happened; by default now. */
  at: momentSchema.optional(),
});

export const newPrioritySchema = z.strictObject({
  priority: prioritySchema,
  /** Whether it holds back what touches its scope from now on. A P1 always does. */
  hold: z.boolean().optional(),
  reason: z.string().trim().min(1).max(2_000).optional(),
});

/** What is left out stays; null takes a fact back. */
export const factsChangeSchema = z.strictObject({
  /** The one that was read: somebody else may have changed the facts since. */
  revision: z.int().min(1).max(2_147_483_647),
  titles: titlesSchema.optional(),
  category: categorySchema.optional(),
  responsibility: responsibilitySchema.nullable().optional(),
  startedAt: momentSchema.optional(),
  detectedAt: momentSchema.optional(),
  recoveredAt: momentSchema.nullable().optional(),
  endedAt: momentSchema.nullable().optional(),
  isPublic: z.boolean().optional(),
  scopes: z.array(scopeTextSchema).max(20).optional(),
});
export type FactsChange = z.infer<typeof factsChangeSchema>;

export const impactChangeSchema = z.strictObject({
  components: impactsSchema.default([]),
  unaffected: keysSchema.default([]),
  /** When it changed; by default now. */
  at: momentSchema.optional(),
});

export const mergeSchema = z.strictObject({ into: incidentReferenceSchema });

export const classificationSchema = z.strictObject({
  /** Which criteria it meets. */
  reason: z.string().trim().min(1).max(2_000),
  /** By default now. */
  at: momentSchema.optional(),
});

export const timelineEntrySchema = z.object({
  number: z.string(),
  at: momentSchema,
  recordedAt: momentSchema,
  kind: z.string(),
  actor: z.string(),
  isPublic: z.boolean(),
  detail: z.unknown(),
  /** The number of the event that it was taken from. */
  event: z.string().nullable(),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export const timelineSchema = z.object({ timeline: z.array(timelineEntrySchema) });

/** What an incident does to a component, interval by interval. */
export const impactIntervalSchema = z.object({
  component: componentKeySchema,
  names: titlesSchema,
  status: impactStatusSchema,
  beganAt: momentSchema,
  endedAt: momentSchema.nullable(),
});
export type ImpactInterval = z.infer<typeof impactIntervalSchema>;
