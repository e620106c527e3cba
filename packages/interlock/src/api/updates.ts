import { z } from "zod";
import { componentImpactSchema, impactStatusSchema, incidentStatusSchema } from "./incidents.ts";
import { localeSchema, type Localised } from "./localised.ts";
import { componentKeySchema } from "./incidents.ts";
import { idSchema, momentSchema, reasonSchema } from "./names.ts";

/** Characters of a text at most. */
export const longestText = 10_000;

const body = z.string().trim().min(1).max(longestText);
/** Plain text with line breaks, for each language that it is written in. */
export const textsSchema: z.ZodType<Localised> = z
  .strictObject({ fr: body.optional(), en: body.optional(), it: body.optional() })
  .refine(
    (texts) => Object.values(texts).some((text) => text !== undefined),
    "write it in one language at least",
  );

export const maintenanceStatusSchema = z.enum([
  "scheduled",
  "in_progress",
  "verifying",
  "completed",
  "cancelled",
]);
export type MaintenanceStatus = z.infer<typeof maintenanceStatusSchema>;

export const phraseKeySchema = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, "write a key of the catalogue");

/** What a phrase is filled with beside what the incident knows: `{"version": "payments@2.3.1"}`. */
export const phraseValuesSchema = z.record(
  z.string().regex(/^[a-z][a-zA-Z]{0,30}$/),
  z.string().trim().min(1).max(200),
);

const said = {
  phrases: z.array(phraseKeySchema).max(10).default([]),
  values: phraseValuesSchema.default({}),
  texts: textsSchema.optional(),
};

export const newUpdateSchema = z.strictObject({
  status: incidentStatusSchema,
  ...said,
  /** What it speaks of; by default now. */
  occurredAt: momentSchema.optional(),
  /** What changes with it. */
  components: z.array(componentImpactSchema).max(100).default([]),
  unaffected: z.array(componentKeySchema).max(100).default([]),
  /** Whether subscribers are told. */
  notify: z.boolean().default(true),
  /** False for a draft. */
  publish: z.boolean().default(true),
  /** Why it goes out though a language is missing. */
  incompleteReason: reasonSchema.optional(),
});

export const resolutionSchema = z.strictObject({
  ...said,
  recoveredAt: momentSchema.optional(),
  /** By default when it recovered. */
  endedAt: momentSchema.optional(),
  notify: z.boolean().default(true),
  incompleteReason: reasonSchema.optional(),
});

export const reopeningSchema = z.strictObject({
  status: incidentStatusSchema.extract(["investigating", "identified"]).default("investigating"),
  ...said,
  notify: z.boolean().default(true),
  incompleteReason: reasonSchema.optional(),
});

export const publicationSchema = z.strictObject({ incompleteReason: reasonSchema.optional() });

export const updateEditSchema = z.strictObject({
  texts: textsSchema,
  /** The revision of each text that was read; of a language that has none yet, none. */
  revisions: z.strictObject({
    fr: z.int().min(1).max(1_000_000).optional(),
    en: z.int().min(1).max(1_000_000).optional(),
    it: z.int().min(1).max(1_000_000).optional(),
  }),
  /** A slip of the pen: nobody is told, and no other language goes stale. */
  isCorrection: z.boolean().default(false),
  /** Why it stays public though a language goes stale. */
  incompleteReason: reasonSchema.optional(),
});
export type UpdateEdit = z.infer<typeof updateEditSchema>;

/** That the text of a language still says what the others do. */
export const confirmationSchema = z.strictObject({ locales: z.array(localeSchema).min(1).max(3) });

export const withdrawalSchema = z.strictObject({ reason: reasonSchema });

const updateTextSchema = z.object({
  locale: localeSchema,
  body: z.string(),
  revision: z.int(),
  /** Whether another language was changed in meaning since. */
  isStale: z.boolean(),
  writtenAt: momentSchema,
  writtenBy: z.string(),
});

export const updateSchema = z.object({
  id: idSchema("upd"),
  /** INC-12, or null for one of a maintenance. */
  incident: z.string().nullable(),
  /** MNT-13, or null for one of an incident. */
  maintenance: z.string().nullable(),
  status: z.union([incidentStatusSchema, maintenanceStatusSchema]),
  phrases: z.array(z.string()),
  values: z.record(z.string(), z.unknown()),
  state: z.enum(["draft", "published", "withdrawn"]),
  texts: z.array(updateTextSchema),
  /** Required languages without a text. */
  missing: z.array(localeSchema),
  occurredAt: momentSchema,
  publishedAt: momentSchema.nullable(),
  publishedBy: z.string().nullable(),
  editedAt: momentSchema.nullable(),
  isBackdated: z.boolean(),
  notifies: z.boolean(),
  incompleteReason: z.string().nullable(),
  affected: z.array(
    z.object({
      component: componentKeySchema,
      from: impactStatusSchema.nullable(),
      to: impactStatusSchema,
    }),
  ),
  revision: z.int(),
  createdAt: momentSchema,
  createdBy: z.string(),
});
export type Update = z.infer<typeof updateSchema>;
export const updateListSchema = z.object({ updates: z.array(updateSchema) });
