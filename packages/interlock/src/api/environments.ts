import { z } from "zod";
import { momentSchema, nameSchema } from "./names.ts";

/** The names of sessions that are no app: each whole, or up to a `*` at its end. */
export const toolsSchema = z
  .array(
    z
      .string()
      .min(1)
      .max(63)
      .regex(/^[^*]+\*?$/, "write a name, or the beginning of one and a * at the end"),
  )
  .max(200);

export const newEnvironmentSchema = z.object({
  name: nameSchema,
  tools: toolsSchema.optional(),
  /** How long a version counts as live after its last session: a pool may be between two connections. */
  graceSeconds: z.int().min(0).max(3_600).optional(),
});

export const environmentSchema = z.object({
  name: nameSchema,
  tools: z.array(z.string()),
  graceSeconds: z.int(),
  createdAt: momentSchema,
  databases: z.number(),
});
export type Environment = z.infer<typeof environmentSchema>;

export const newDatabaseSchema = z.object({
  name: nameSchema,
  /** `postgresql://…`, or `env:NAME` for a variable of the server's environment. Kept encrypted, never shown. */
  url: z.string().min(1).max(4_000),
  /** Whether changes are tried on it before the others. */
  isCanary: z.boolean().default(false),
  /** Whether to see now that it can be reached, and what its role may do. */
  connect: z.boolean().default(true),
});
export type NewDatabase = z.infer<typeof newDatabaseSchema>;

export const databaseSchema = z.object({
  environment: nameSchema,
  name: nameSchema,
  /** Host, port and database. */
  place: z.string(),
  isCanary: z.boolean(),
  addedAt: momentSchema,
});
export type Database = z.infer<typeof databaseSchema>;

export const addedDatabaseSchema = databaseSchema.extend({
  /** What its role lacks, and what works less well or not at all without. */
  warnings: z.array(z.string()),
});
export type AddedDatabase = z.infer<typeof addedDatabaseSchema>;

const fit = z.enum(["works", "breaks", "unknown"]);

/** A change that a journal has begun and not ended. */
const openChangeSchema = z.object({ plan: z.string(), state: z.string(), interrupted: z.boolean() });

/** What `interlock environment show` shows. */
export const environmentStatusSchema = z.object({
  name: nameSchema,
  tools: z.array(z.string()),
  at: momentSchema,
  databases: z.array(
    databaseSchema.omit({ environment: true, addedAt: true }).extend({
      observedAt: momentSchema.nullable(),
      /** Why it can't be looked at now. */
      problem: z.string().nullable(),
      unidentified: z.array(z.object({ applicationName: z.string(), sessions: z.number() })),
      /** The change that its journal has open, if any; of several the one that was begun last. */
      journal: openChangeSchema.nullable(),
      /** The others that are open beside it, the newest first. */
      alsoOpen: z.array(openChangeSchema),
    }),
  ),
  versions: z.array(
    z.object({
      appVersion: z.string(),
      because: z.array(z.string()),
      sessions: z.number(),
      hasWorkload: z.boolean(),
      /** By database: whether it works on the structure as it is there now. */
      fits: z.record(z.string(), z.object({ fit, why: z.string() })),
    }),
  ),
  changes: z.array(
    z.object({
      change: z.string(),
      title: z.string(),
      appVersion: z.string().nullable(),
      stages: z.record(z.string(), z.string()),
      strange: z.record(z.string(), z.array(z.string())),
      evidence: z.string(),
      order: z.string().nullable(),
      planned: z.boolean(),
      closedAs: z.string().nullable(),
    }),
  ),
  partialDeployments: z.array(
    z.object({
      database: z.string(),
      appVersion: z.string(),
      why: z.string(),
      since: momentSchema.nullable(),
    }),
  ),
  releases: z.array(
    z.object({
      release: z.string(),
      appVersion: z.string(),
      startedBy: z.string(),
      startedAt: momentSchema,
      isStalled: z.boolean(),
    }),
  ),
  shipments: z.array(
    z.object({ shipment: z.string(), change: z.string(), target: z.string(), state: z.string() }),
  ),
  alarms: z.array(
    z.object({
      id: z.string(),
      database: z.string(),
      appVersion: z.string(),
      raisedAt: momentSchema,
      statements: z.array(z.string()),
    }),
  ),
});
export type EnvironmentStatus = z.infer<typeof environmentStatusSchema>;
