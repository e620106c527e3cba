import { z } from "zod";
import { prioritySchema } from "./incidents.ts";
import { momentSchema, nameSchema } from "./names.ts";

const ms = z.number().min(0).nullable();

/** How long steps of an incident took from its start, in milliseconds; null where an end of it is not known. */
export const incidentTimesSchema = z.object({
  detectMs: ms,
  declareMs: ms,
  unitMs: ms,
  firstUpdateMs: ms,
  recoverMs: ms,
  resolveMs: ms,
});

export const summarySchema = z.object({ count: z.int(), meanMs: ms, medianMs: ms });
export type Summary = z.infer<typeof summarySchema>;

export const activities = [
  "waiting",
  "rehearsal",
  "gate",
  "expand",
  "migrate",
  "release",
  "contract",
] as const;
export const activitySchema = z.enum(activities);
export type Activity = z.infer<typeof activitySchema>;

/** What became of the time of a change, from its merge until it was whole everywhere. */
export const changeTimeSchema = z.object({
  change: z.string(),
  title: z.string(),
  /** When it was merged, where somebody said so; else when it was pushed. */
  from: momentSchema,
  isMergeKnown: z.boolean(),
  /** When it was contracted, or its release finished where it has no structure to contract; null while it is on its way. */
  until: momentSchema.nullable(),
  totalMs: z.number(),
  /** Adds up to the total. */
  spentMs: z.record(activitySchema, z.number()),
});
export type ChangeTime = z.infer<typeof changeTimeSchema>;

export const figuresSchema = z.object({
  environment: nameSchema,
  from: momentSchema,
  until: momentSchema,
  incidents: z.array(
    z.object({
      reference: z.string(),
      priority: prioritySchema,
      startedAt: momentSchema,
      times: incidentTimesSchema,
    }),
  ),
  /** Of the incidents above. */
  summaries: z.object({
    detectMs: summarySchema,
    declareMs: summarySchema,
    unitMs: summarySchema,
    firstUpdateMs: summarySchema,
    recoverMs: summarySchema,
    resolveMs: summarySchema,
  }),
  /** The four keys of DORA. */
  keys: z.object({
    /** Releases that finished and shipments that got to their end. */
    deployments: z.int(),
    deploymentsPerDay: z.number(),
    /** From merge, or push where nobody said when that was, until it was whole everywhere; median. */
    leadTime: summarySchema,
    /** Changes that went out in this time, and those of them that are known to have caused an incident. */
    changes: z.int(),
    changesThatFailed: z.int(),
    changeFailureRate: z.number().nullable(),
    /** From the start of an incident until the service was back. */
    timeToRestore: summarySchema,
  }),
  /** What each of them means, in a sentence. */
  definitions: z.record(z.string(), z.string()),
  /** Changes that were on their way in this time, the latest first. */
  changes: z.array(changeTimeSchema),
});
export type Figures = z.infer<typeof figuresSchema>;

export const figuresQuerySchema = z.object({
  /** By default 30 days before the end. */
  since: momentSchema.optional(),
  /** By default now. */
  until: momentSchema.optional(),
});

export const mergedSchema = z.strictObject({ at: momentSchema });
