import { z } from "zod";
import { momentSchema } from "./names.ts";

/** Why something counts, and whether that is evidence: time and closeness alone make nothing a culprit. */
export const reasonKinds = [
  /** An alarm names it: statements of a live version do not prepare since. */
  "alarm-names-it",
  /** What PostgreSQL says of a statement that does not prepare names what it changed. */
  "broken-statement",
  /** What a probe or a monitoring system saw names what it changed. */
  "error-text",
  /** The same SQLSTATE is in what was seen and in what it broke. */
  "same-sqlstate",
  /** A live version does not work on the structure that it left. */
  "partial-deployment",
  /** Statements of the version that it brought do not prepare. */
  "version-broken",
  /** What was seen names the version that it brought. */
  "version-named",
  /** It touched a table of what is affected. */
  "same-table",
  /** It is about an app of what is affected. */
  "same-app",
  /** Somebody set rules aside for it. */
  "override",
  /** The guard let it through as an exception, or nothing held it. */
  "past-the-gate",
  "time",
] as const;

export const culpritReasonSchema = z.object({
  kind: z.enum(reasonKinds),
  isEvidence: z.boolean(),
  text: z.string(),
});
export type CulpritReason = z.infer<typeof culpritReasonSchema>;

/** What takes it back, or forward to where everything fits. */
export const wayOutSchema = z.object({
  /** For people: what Interlock would do. */
  text: z.string(),
  /** As a command; null where there is none. */
  command: z.string().nullable(),
  action: z
    .discriminatedUnion("kind", [
      z.object({ kind: z.literal("roll-back-shipment"), shipment: z.string() }),
      z.object({ kind: z.literal("cancel-release"), release: z.string() }),
      z.object({ kind: z.literal("start-release"), app: z.string(), version: z.string() }),
    ])
    .nullable(),
});
export type WayOut = z.infer<typeof wayOutSchema>;

export const culpritSchema = z.object({
  rank: z.int(),
  /** `ddl production/main 12`, `release rel_…`, `shipment shp_…`. */
  key: z.string(),
  kind: z.enum(["structural-change", "release", "shipment"]),
  title: z.string(),
  /** The beginning of its SQL, where it is known; what may hold a secret is left out. */
  statement: z.string().nullable(),
  at: momentSchema,
  who: z.string(),
  score: z.number(),
  /** Whether there is any evidence against it; what merely happened before is no culprit. */
  hasEvidence: z.boolean(),
  reasons: z.array(culpritReasonSchema),
  wayOut: wayOutSchema.nullable(),
});
export type Culprit = z.infer<typeof culpritSchema>;
export const culpritListSchema = z.object({ incident: z.string(), culprits: z.array(culpritSchema) });

export const rollBackCulpritSchema = z.strictObject({
  /** Its key, as it was shown: another one may stand at its rank by now. */
  culprit: z.string().min(1).max(200),
});
export const rolledBackSchema = z.object({ done: z.string() });
