import { z } from "zod";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

/** A text that may hold `{{secret.NAME}}`, `{{saved.NAME}}`, `{{uuid}}` and `{{now}}`. */
function templateSchema(most: number): z.ZodString {
  return z.string().max(most);
}

const pointerSchema = z
  .string()
  .max(300)
  .regex(/^(?:\/(?:[^~/]|~[01])*)*$/, "write a JSON pointer: /payment/state");

const scalarSchema = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);

const valueNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,40}$/, "write letters, digits, underscores");

const expectationSchema = z.object({
  status: z.array(z.int().min(100).max(599)).min(1).max(20).default([200]),
  /** Each header holds this text. */
  headers: z.record(z.string().max(100), z.string().max(500)).default({}),
  /** The body holds each of these texts. */
  contains: z.array(z.string().min(1).max(500)).max(20).default([]),
  /** The body holds none of these. */
  excludes: z.array(z.string().min(1).max(500)).max(20).default([]),
  /** Values of a JSON body: `{"at": "/is_paid", "equals": true}`; with neither, the value is there and not null. */
  json: z
    .array(
      z.object({
        at: pointerSchema,
        equals: scalarSchema.optional(),
        oneOf: z.array(scalarSchema).min(1).max(20).optional(),
      }),
    )
    .max(20)
    .default([]),
  /** Slower than this is a failure. */
  withinMs: z.int().min(1).max(120_000).optional(),
});
export type Expectation = z.output<typeof expectationSchema>;

const requestShape = {
  method: z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
  url: templateSchema(2_000).min(1),
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, "is no name of a header"),
      templateSchema(4_000),
    )
    .refine((headers) => Object.keys(headers).length <= 30, "thirty at most")
    .default({}),
  /** Sent as application/json; templates stand in its texts. */
  json: z.unknown().optional(),
  /** Sent as a form. */
  form: z.record(z.string().max(200), templateSchema(4_000)).optional(),
  /** Sent as it is. */
  body: templateSchema(20_000).optional(),
  expect: expectationSchema.prefault({}),
};

const stepSchema = z.object({
  name: z.string().trim().min(1).max(80),
  ...requestShape,
  /** Values for later steps: from the JSON body, a header, or the body itself between two texts. */
  save: z
    .record(
      valueNameSchema,
      z.union([
        z.object({ json: pointerSchema }),
        z.object({ header: z.string().min(1).max(100) }),
        z.object({ after: z.string().min(1).max(200), before: z.string().min(1).max(200) }),
      ]),
    )
    .refine((values) => Object.keys(values).length <= 20, "twenty at most")
    .default({}),
  /** Asked again until it is as expected. */
  until: z.object({ everyMs: z.int().min(50).max(60_000), forMs: z.int().min(50).max(120_000) }).optional(),
});
export type Step = z.output<typeof stepSchema>;

export const checkSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("http"), ...requestShape }),
  z.object({
    kind: z.literal("tcp"),
    host: z.string().min(1).max(253),
    port: z.int().min(1).max(65_535),
    tls: z.boolean().default(false),
  }),
  z.object({
    kind: z.literal("postgres"),
    /** A database of the environment; or `url`. */
    database: nameSchema.optional(),
    url: z.string().min(1).max(2_000).optional(),
    /** One statement, run read-only. */
    query: z.string().min(1).max(4_000).default("select 1"),
    /** What the first column of the first row is, as text. */
    equals: z.string().max(500).optional(),
  }),
  z.object({ kind: z.literal("steps"), steps: z.array(stepSchema).min(1).max(20) }),
]);
export type Check = z.output<typeof checkSchema>;

const settingsShape = {
  /** The component that it checks. */
  component: nameSchema.nullable().default(null),
  intervalMs: z.int().min(1_000).max(3_600_000).default(30_000),
  /** Of the whole check; by default the interval, 10 seconds at most. */
  timeoutMs: z.int().min(50).max(120_000).optional(),
  /** Failed results one after the other that make it fail. */
  failsAfter: z.int().min(1).max(20).default(3),
  recoversAfter: z.int().min(1).max(100).default(3),
  /** Of the workers that reported lately, how many must see it fail. */
  leastWorkers: z.int().min(1).max(20).default(1),
  /** Percent of good results over 30 days: 99.9. */
  objective: z.number().gt(0).lt(100).nullable().default(null),
  isPaused: z.boolean().default(false),
};

export const putProbeSchema = z.object({
  /** The revision that was read; null for a new one. */
  revision: z.int().min(1).nullable(),
  check: checkSchema,
  /** What stands for `{{secret.NAME}}`. */
  secrets: z
    .record(valueNameSchema, z.string().min(1).max(4_000))
    .refine((values) => Object.keys(values).length <= 20, "twenty at most")
    .default({}),
  ...settingsShape,
});
export type PutProbe = z.output<typeof putProbeSchema>;

export const probeStateSchema = z.enum(["unknown", "passing", "failing", "flapping"]);
export type ProbeState = z.infer<typeof probeStateSchema>;

export const outcomeSchema = z.enum(["ok", "failed", "unknown"]);
export type Outcome = z.infer<typeof outcomeSchema>;

/** Why a result is not good, in a word. */
export const errorKinds = [
  "timeout",
  "slow",
  "refused",
  "name",
  "tls",
  "connection",
  "status",
  "header",
  "body",
  "json",
  "value",
  "sql",
  "definition",
  /** The worker itself had no time: nothing is known of the service. */
  "late-worker",
] as const;
export type ErrorKind = (typeof errorKinds)[number];

export const resultSchema = z.object({
  worker: z.string(),
  at: momentSchema,
  outcome: outcomeSchema,
  latencyMs: z.int(),
  errorKind: z.string().nullable(),
  error: z.string().nullable(),
});

const burnSchema = z.object({
  severity: z.enum(["page", "ticket"]),
  longMinutes: z.int(),
  shortMinutes: z.int(),
  /** How many times too fast the budget of 30 days is spent; null where there are no results. */
  long: z.number().nullable(),
  short: z.number().nullable(),
  threshold: z.number(),
  isFiring: z.boolean(),
});

export const probeSchema = z.object({
  id: idSchema("prb"),
  environment: nameSchema,
  name: nameSchema,
  component: z.string().nullable(),
  /** Without what may be secret. */
  check: z.record(z.string(), z.unknown()),
  intervalMs: z.int(),
  timeoutMs: z.int(),
  failsAfter: z.int(),
  recoversAfter: z.int(),
  leastWorkers: z.int(),
  objective: z.number().nullable(),
  isPaused: z.boolean(),
  state: probeStateSchema,
  stateSince: momentSchema,
  /** The first failed result of trouble that is not over. */
  failingSince: momentSchema.nullable(),
  revision: z.int(),
  updatedAt: momentSchema,
  updatedBy: z.string(),
});
export type Probe = z.infer<typeof probeSchema>;
export const probeListSchema = z.object({ probes: z.array(probeSchema) });

export const probeStatusSchema = z.object({
  probe: probeSchema,
  /** The latest first. */
  results: z.array(resultSchema),
  workers: z.array(z.object({ worker: z.string(), seenAt: momentSchema, lateMs: z.int() })),
  burn: z.array(burnSchema),
});

export const minutesSchema = z.object({
  minutes: z.array(
    z.object({
      minute: momentSchema,
      ok: z.int(),
      failed: z.int(),
      unknown: z.int(),
      /** Of good results; null where there was none. */
      latencyMs: z.number().nullable(),
      latencyMaxMs: z.int(),
      errors: z.record(z.string(), z.int()),
    }),
  ),
});

/** What somebody elsewhere carries out: with its secrets. */
export const probeOrderSchema = z.object({
  id: idSchema("prb"),
  name: nameSchema,
  revision: z.int(),
  intervalMs: z.int(),
  timeoutMs: z.int(),
  check: checkSchema,
  secrets: z.record(z.string(), z.string()),
});
export type ProbeOrder = z.infer<typeof probeOrderSchema>;

const workerSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,80}$/, "write letters, digits, dots, hyphens");
/** The public half of a key that the worker made: SubjectPublicKeyInfo of X25519, in base64. */
const publicKeySchema = z.string().regex(/^[A-Za-z0-9+/]{59}=$/, "write an X25519 key as base64 of its DER");
export const claimSchema = z.object({ worker: workerSchema, publicKey: publicKeySchema });
/** Orders that only the worker can read: what probes send holds secrets. */
export const sealedOrdersSchema = z.object({
  count: z.int(),
  ephemeralKey: publicKeySchema,
  /** Nonce, tag and text, AES-256-GCM under a key of HKDF-SHA-256 of both keys. */
  sealed: z.string(),
});
export type SealedOrders = z.infer<typeof sealedOrdersSchema>;

export const resultsSchema = z.object({
  worker: workerSchema,
  lateMs: z.int().min(0).max(86_400_000).default(0),
  results: z
    .array(
      z.object({
        probe: idSchema("prb"),
        slot: z.int().min(0),
        at: momentSchema,
        outcome: outcomeSchema,
        latencyMs: z.int().min(0).max(3_600_000),
        errorKind: z.enum(errorKinds).nullable(),
        error: z.string().max(1_000).nullable(),
      }),
    )
    .max(500),
});
export type NewResult = z.output<typeof resultsSchema>["results"][number];

export const trialSchema = z.object({
  check: checkSchema,
  secrets: putProbeSchema.shape.secrets,
  timeoutMs: z.int().min(50).max(30_000).default(10_000),
});
export const trialResultSchema = z.object({
  outcome: outcomeSchema,
  latencyMs: z.int(),
  errorKind: z.string().nullable(),
  error: z.string().nullable(),
});
