import { z } from "zod";
import { appVersionSchema, idSchema, momentSchema } from "./names.ts";

/** The files of a change and of its baseline together at most, in bytes. */
export const mostChangeBytes = 4 * 1024 * 1024;
/** How many files they are at most. */
export const mostFiles = 5_000;

/** A migration file. Its path is only a name: it says which tool's it is, and is never opened. */
export const fileSchema = z.object({
  path: z.string().min(1).max(500),
  text: z.string(),
  /** The migration tool, where files beside it say so and not the file itself. */
  tool: z.string().min(1).max(50).optional(),
  /** How its tool has PostgreSQL run it, where files beside it say so. */
  delivery: z.enum(["transaction", "one-query", "unmixed", "as-needed", "each-by-itself"]).optional(),
  /** When the tool's own list says that it was made, in milliseconds since 1970. */
  journalledAt: z.int().nonnegative().optional(),
});
export type ChangeFile = z.infer<typeof fileSchema>;

export const newChangeSchema = z.object({
  /** For people; by default the names of its files. */
  title: z.string().trim().min(1).max(200).optional(),
  /** In the order in which they run. */
  files: z.array(fileSchema).min(1).max(mostFiles),
  /** The migrations before it, in their order. */
  baseline: z.array(fileSchema).max(mostFiles).default([]),
  /** The app version that comes with it, if one does. */
  appVersion: appVersionSchema.optional(),
});
export type NewChange = z.infer<typeof newChangeSchema>;

const touchesSchema = z.object({
  kinds: z.array(z.string()),
  tables: z.array(z.string()),
  statements: z.number(),
  operations: z.number(),
  files: z.number(),
  rewrites: z.array(z.string()),
});

export const changeSchema = z.object({
  id: idSchema("chg"),
  title: z.string(),
  files: z.array(z.string()),
  appVersion: appVersionSchema.nullable(),
  touches: touchesSchema,
  createdAt: momentSchema,
  createdBy: z.string(),
  closedAt: momentSchema.nullable(),
  closedAs: z.enum(["shipped", "abandoned"]).nullable(),
  causedIncident: z.string().nullable(),
});
export type Change = z.infer<typeof changeSchema>;

export const pushedChangeSchema = changeSchema.extend({
  /** False when the same was pushed before. */
  isNew: z.boolean(),
});
export type PushedChange = z.infer<typeof pushedChangeSchema>;

const versionsSchema = z.array(z.object({ appVersion: z.string(), sha256: z.string() }));

export const rehearsalSchema = z.object({
  id: idSchema("reh"),
  change: idSchema("chg"),
  /** Versions that were live. */
  old: versionsSchema,
  /** The version that comes with the change. */
  new: versionsSchema,
  state: z.enum(["waiting", "running", "done", "failed"]),
  askedAt: momentSchema,
  startedAt: momentSchema.nullable(),
  endedAt: momentSchema.nullable(),
  verdict: z.string().nullable(),
  order: z.string().nullable(),
  planned: z.boolean(),
  /** Why no plan is offered, or why it could not be rehearsed. */
  refusal: z.record(z.string(), z.unknown()).nullable(),
  failure: z.record(z.string(), z.unknown()).nullable(),
});
export type RehearsalSummary = z.infer<typeof rehearsalSchema>;

export const rehearsalDetailSchema = rehearsalSchema.extend({
  /** The format `interlock-check/1`. */
  report: z.record(z.string(), z.unknown()).nullable(),
  /** The format `interlock-plan/1`. */
  plan: z.record(z.string(), z.unknown()).nullable(),
  proof: z.record(z.string(), z.unknown()).nullable(),
});
export type RehearsalDetail = z.infer<typeof rehearsalDetailSchema>;

export const changeDetailSchema = changeSchema.extend({
  texts: z.array(fileSchema),
  rehearsals: z.array(rehearsalDetailSchema),
});
export type ChangeDetail = z.infer<typeof changeDetailSchema>;

/** With which versions to rehearse it; by default with those that are live in an environment. */
export const askRehearsalSchema = z
  .object({ environment: z.string().optional(), old: z.array(appVersionSchema).max(50).optional() })
  .refine(({ environment, old }) => (environment === undefined) !== (old === undefined), {
    message: "give either environment or old",
  });

export const closeChangeSchema = z.object({ as: z.enum(["shipped", "abandoned"]) });
