import { z } from "zod";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

export const severitySchema = z.enum(["critical", "warning", "info"]);
export type Severity = z.infer<typeof severitySchema>;

/** What tells a signal from others of its sender. */
const signalKeySchema = z.string().trim().min(1).max(300);

/** A signal that a script or a person sends. */
export const newSignalSchema = z.object({
  /** The same key is the same trouble, however often it is sent. */
  key: signalKeySchema,
  state: z.enum(["firing", "ended"]).default("firing"),
  title: z.string().trim().min(1).max(300),
  component: nameSchema.nullable().default(null),
  severity: severitySchema.default("critical"),
  /** When the trouble began; by default now. */
  startedAt: momentSchema.optional(),
  endedAt: momentSchema.optional(),
  /** What else is known: texts, such as the message of an error. */
  detail: z
    .record(z.string().max(100), z.string().max(2_000))
    .refine((members) => Object.keys(members).length <= 50, "fifty members at most")
    .default({}),
});
export type NewSignal = z.output<typeof newSignalSchema>;

export const signalSchema = z.object({
  id: idSchema("sig"),
  environment: nameSchema,
  source: z.enum(["probe", "alarm", "hook"]),
  /** Who says so: the name of a probe, of a database, of a source; `api` where it was sent by itself. */
  origin: z.string(),
  key: z.string(),
  component: z.string().nullable(),
  severity: severitySchema,
  state: z.enum(["firing", "ended"]),
  title: z.string(),
  detail: z.record(z.string(), z.unknown()),
  /** When the trouble began, as far as its sender knows. */
  startedAt: momentSchema,
  /** When it was first heard of. */
  firstAt: momentSchema,
  lastAt: momentSchema,
  count: z.int(),
  acknowledgedBy: z.string().nullable(),
  endedAt: momentSchema.nullable(),
  /** The incident that it was put to. */
  incident: z.string().nullable(),
});
export type Signal = z.infer<typeof signalSchema>;
export const signalListSchema = z.object({ signals: z.array(signalSchema) });

export const signalsQuerySchema = z.object({
  /** Only those that fire. */
  firing: z.enum(["true", "false"]).default("false"),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

/** What became of what was sent. `late`: about something that is over, so nothing was changed. */
export const takenSchema = z.object({
  taken: z.array(
    z.object({
      key: z.string(),
      outcome: z.enum(["raised", "again", "ended", "acknowledged", "late"]),
      signal: z.string().nullable(),
    }),
  ),
});
export type Taken = z.infer<typeof takenSchema>["taken"][number];

export const sourceKinds = ["alertmanager", "grafana", "pagerduty", "standard-webhooks", "json"] as const;

/** Which component what a source sends is about. */
export const mappingSchema = z.object({
  /** The label or field that says it. */
  field: z.string().min(1).max(100).default("component"),
  /** What stands in that field → the component's key; what is not here is the key itself. */
  components: z
    .record(z.string().max(200), nameSchema)
    .refine((members) => Object.keys(members).length <= 200, "two hundred at most")
    .default({}),
  /** The component of what says none. */
  otherwise: nameSchema.nullable().default(null),
});
export type Mapping = z.output<typeof mappingSchema>;

export const newSourceSchema = z.object({
  name: nameSchema,
  kind: z.enum(sourceKinds),
  mapping: mappingSchema.prefault({}),
  /** What is not sent again for this long has ended; null where its sender always says so. */
  endsAfterMinutes: z.int().min(1).max(44_640).nullable().default(null),
});

export const sourceSchema = z.object({
  id: idSchema("src"),
  environment: nameSchema,
  name: nameSchema,
  kind: z.enum(sourceKinds),
  mapping: mappingSchema,
  endsAfterMinutes: z.int().nullable(),
  createdAt: momentSchema,
  createdBy: z.string(),
});
export type SignalSource = z.infer<typeof sourceSchema>;
export const sourceListSchema = z.object({ sources: z.array(sourceSchema) });

/** A new source, with its secret: shown this once. */
export const madeSourceSchema = z.object({
  source: sourceSchema,
  /** In its URL, its signature (`whsec_…`) or its routing key. */
  secret: z.string(),
  /** Below the server's address. */
  path: z.string(),
});
