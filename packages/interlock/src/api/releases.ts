import { z } from "zod";
import { appSchema, appVersionSchema, idSchema, momentSchema, nameSchema, versionSchema } from "./names.ts";

/** An app version going to an environment. */
export const releaseSchema = z.object({
  id: idSchema("rel"),
  environment: nameSchema,
  appVersion: appVersionSchema,
  state: z.enum(["running", "finished", "cancelled"]),
  /** It still runs after the time that it was to take: its pipeline may have died. */
  isStalled: z.boolean(),
  startedAt: momentSchema,
  startedBy: z.string(),
  expectedUntil: momentSchema,
  endedAt: momentSchema.nullable(),
  endedBy: z.string().nullable(),
  /** The gate's decision that let it begin. */
  decision: z.string().nullable(),
});
export type Release = z.infer<typeof releaseSchema>;

export const startReleaseSchema = z.object({
  app: appSchema,
  version: versionSchema,
  /** How long the roll-out takes at most; after that it counts as stalled. */
  expectedMinutes: z.int().min(1).max(10_080).default(60),
});

/** A release by its id, or by `app@version`: then the last one of that version is meant. */
export const releaseReferenceSchema = z.union([idSchema("rel"), appVersionSchema]);
