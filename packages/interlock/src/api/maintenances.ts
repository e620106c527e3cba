import { z } from "zod";
import { componentKeySchema, titlesSchema } from "./incidents.ts";
import { idSchema, momentSchema, nameSchema, reasonSchema } from "./names.ts";
import { freezeScheduleSchema } from "./rules.ts";
import { maintenanceStatusSchema, phraseKeySchema, phraseValuesSchema, textsSchema } from "./updates.ts";

/** `MNT-13`, or the id that the server made. */
export const maintenanceReferenceSchema = z
  .string()
  .regex(/^(?:MNT-[1-9]\d{0,14}|mnt_[0-9a-z]{16})$/, "write MNT-13, or the id as it was given: mnt_…");

const componentsSchema = z.array(componentKeySchema).min(1).max(100);
const remindMinutes = z.int().min(0).max(10_080);

export const newMaintenanceSchema = z.strictObject({
  titles: titlesSchema,
  components: componentsSchema,
  scheduledFor: momentSchema,
  scheduledUntil: momentSchema,
  /** Beside the phrase that announces it. */
  texts: textsSchema.optional(),
  /** Whether it begins and is completed by itself at its times. */
  progressesByItself: z.boolean().default(true),
  /** How long before it begins subscribers are reminded; 0 for not at all. */
  remindMinutes: remindMinutes.default(60),
  isPublic: z.boolean().default(true),
  notify: z.boolean().default(true),
  incompleteReason: reasonSchema.optional(),
});
export type NewMaintenance = z.infer<typeof newMaintenanceSchema>;

export const maintenanceSchema = z.object({
  id: idSchema("mnt"),
  reference: z.string(),
  environment: nameSchema,
  titles: titlesSchema,
  status: maintenanceStatusSchema,
  components: z.array(z.object({ component: componentKeySchema, names: titlesSchema })),
  scheduledFor: momentSchema,
  scheduledUntil: momentSchema,
  startedAt: momentSchema.nullable(),
  completedAt: momentSchema.nullable(),
  progressesByItself: z.boolean(),
  remindMinutes,
  remindedAt: momentSchema.nullable(),
  isPublic: z.boolean(),
  series: idSchema("ser").nullable(),
  createdAt: momentSchema,
  createdBy: z.string(),
  revision: z.int(),
});
export type Maintenance = z.infer<typeof maintenanceSchema>;
export const maintenanceListSchema = z.object({ maintenances: z.array(maintenanceSchema) });

/** Said with a step of a maintenance; where nothing is given, the step's own phrase. */
export const maintenanceStepSchema = z.strictObject({
  phrases: z.array(phraseKeySchema).max(10).default([]),
  values: phraseValuesSchema.default({}),
  texts: textsSchema.optional(),
  notify: z.boolean().default(true),
  incompleteReason: reasonSchema.optional(),
});

export const extensionSchema = z.strictObject({
  scheduledUntil: momentSchema,
  ...maintenanceStepSchema.shape,
});

const recurring = freezeScheduleSchema.options[1];

export const newSeriesSchema = z.strictObject({
  titles: titlesSchema,
  components: componentsSchema,
  /** By the clock on the wall of its time zone. */
  schedule: recurring,
  texts: textsSchema.optional(),
  remindMinutes: remindMinutes.default(60),
  progressesByItself: z.boolean().default(true),
});
export type NewSeries = z.infer<typeof newSeriesSchema>;

export const seriesSchema = z.object({
  id: idSchema("ser"),
  environment: nameSchema,
  titles: titlesSchema,
  components: z.array(componentKeySchema),
  schedule: recurring,
  remindMinutes,
  progressesByItself: z.boolean(),
  createdAt: momentSchema,
  createdBy: z.string(),
  endedAt: momentSchema.nullable(),
});
export type Series = z.infer<typeof seriesSchema>;
export const seriesListSchema = z.object({ series: z.array(seriesSchema) });
