import { z } from "zod";
import { localeSchema, localisedLineSchema } from "./localised.ts";
import { momentSchema, nameSchema } from "./names.ts";

const localesSchema = z
  .array(localeSchema)
  .min(1)
  .max(3)
  .refine((list) => new Set(list).size === list.length, "name each language once");

const names = localisedLineSchema(100);
const url = z
  .url({ protocol: /^https?$/ })
  .max(300)
  .refine((text) => !/[?#]/.test(text), "write it without ? and #")
  .transform((text) => text.replace(/\/+$/, ""));

/** What is left out stays as it is; a page that is new needs its names and its url. */
export const statusPageChangeSchema = z.strictObject({
  environment: nameSchema.optional(),
  names: names.optional(),
  /** Where clients read it. */
  url: url.optional(),
  /** IANA: `Europe/Paris`. */
  timeZone: z.string().min(1).max(64).optional(),
  /** The languages that an update needs; the first is shown to who asks for none. */
  locales: localesSchema.optional(),
  postmortemLocales: localesSchema.optional(),
  /** Who answers for incidents unless one says otherwise. */
  responsibility: z.string().trim().min(1).max(100).optional(),
});
export type StatusPageChange = z.infer<typeof statusPageChangeSchema>;

export const statusPageSchema = z.object({
  environment: nameSchema,
  names,
  url: z.string(),
  timeZone: z.string(),
  locales: localesSchema,
  postmortemLocales: localesSchema,
  responsibility: z.string(),
  updatedAt: momentSchema,
  updatedBy: z.string(),
});
export type StatusPage = z.infer<typeof statusPageSchema>;
