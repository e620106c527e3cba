import { z } from "zod";
import { suggestionSchema } from "./actions.ts";
import { localeSchema } from "./localised.ts";
import { idSchema, momentSchema, nameSchema, reasonSchema } from "./names.ts";

/** Markdown with placeholders such as `{{duration}}`, by section; empty to leave a section out. */
const text = z.string().max(40_000);
export const sectionsSchema = z.strictObject({
  reference: text.optional(),
  service: text.optional(),
  impact: text.optional(),
  picture: text.optional(),
  overview: text.optional(),
  "root-cause": text.optional(),
  /** Internal: never in public. */
  statements: text.optional(),
  "went-well": text.optional(),
  actions: text.optional(),
  /** Internal: never in public. */
  notes: text.optional(),
});

export const draftPostmortemSchema = z.strictObject({
  /** The change that is known to have caused the incident; what the root cause is written from. */
  causedBy: idSchema("chg").optional(),
});

export const writePostmortemSchema = z.strictObject({
  /** Only the sections that change. Languages that are written together stay together. */
  texts: z
    .strictObject({
      fr: sectionsSchema.optional(),
      en: sectionsSchema.optional(),
      it: sectionsSchema.optional(),
    })
    .refine((texts) => Object.values(texts).some((one) => one !== undefined), "write one language at least"),
  /** A slip of the pen: it makes no other language stale. */
  correction: z.boolean().default(false),
  /** The revision of the post-mortem that was read. */
  revision: z.int().min(1),
});

export const revisionSchema = z.strictObject({ revision: z.int().min(1) });
export const askChangesSchema = z.strictObject({ note: reasonSchema, revision: z.int().min(1) });
export const publishPostmortemSchema = z.strictObject({
  /** Why it goes out with a language missing or stale. */
  incompleteReason: reasonSchema.optional(),
  revision: z.int().min(1),
});

export const postmortemTextSchema = z.object({
  locale: localeSchema,
  /** 0 where nothing was written in it. */
  revision: z.int(),
  /** Whether another language was changed since. */
  isStale: z.boolean(),
  isRequired: z.boolean(),
  sections: sectionsSchema,
  /** Required sections that say nothing. */
  missing: z.array(z.string()),
  writtenAt: momentSchema.nullable(),
  writtenBy: z.string().nullable(),
});

export const postmortemSchema = z.object({
  id: idSchema("pmo"),
  incident: z.object({ id: idSchema("inc"), reference: z.string(), environment: nameSchema }),
  state: z.enum(["draft", "in-review", "published"]),
  /** How far the edition is that is worked on. */
  stage: z.enum(["draft", "in-review", "approved", "published"]),
  /** How many editions were published. */
  edition: z.int(),
  author: z.string(),
  reviewer: z.string().nullable(),
  /** What the reviewer asked to be changed. */
  reviewNote: z.string().nullable(),
  publishedAt: momentSchema.nullable(),
  editedAt: momentSchema.nullable(),
  createdAt: momentSchema,
  revision: z.int(),
  texts: z.array(postmortemTextSchema),
  /** What stands against publication now. */
  problems: z.array(z.string()),
  suggestions: z.array(suggestionSchema),
});
export type Postmortem = z.infer<typeof postmortemSchema>;

export const documentQuerySchema = z.object({
  locale: localeSchema,
  /** `public` is what clients read of it once it is published. */
  audience: z.enum(["public", "internal"]).default("public"),
  /** The text that is worked on, or the edition that was published last. */
  edition: z.enum(["draft", "published"]).default("draft"),
});

/** A post-mortem in one language, with its facts put in. */
export const postmortemDocumentSchema = z.object({
  reference: z.string(),
  locale: localeSchema,
  audience: z.enum(["public", "internal"]),
  title: z.string(),
  isStale: z.boolean(),
  publishedAt: momentSchema.nullable(),
  editedAt: momentSchema.nullable(),
  markdown: z.string(),
  /** A fragment without script, style or anything from elsewhere; its headings are of the third level. */
  html: z.string(),
  sections: z.array(
    z.object({ key: z.string(), heading: z.string(), markdown: z.string(), html: z.string() }),
  ),
  /**
   * The picture as SVG: for wide and for narrow places of a page with the rules that say which one shows, and as a file
   * of its own; null where there are no figures.
   */
  picture: z.object({ wide: z.string(), narrow: z.string(), css: z.string(), alone: z.string() }).nullable(),
});
export type PostmortemDocument = z.infer<typeof postmortemDocumentSchema>;

const count = z.int().min(0).max(1_000_000_000);

export const pushSeriesSchema = z.strictObject({
  points: z
    .array(z.strictObject({ at: momentSchema, ok: count, failed: count }))
    .min(1)
    .max(5_000),
});
export const pushedSeriesSchema = z.object({ points: z.int() });
export const seriesSchema = z.object({
  /** Requests that the platform counted, or Interlock's own checks where it did not. */
  source: z.enum(["requests", "probes"]),
  points: z.array(z.object({ at: momentSchema, ok: z.int(), failed: z.int() })),
});
