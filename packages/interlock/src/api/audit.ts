import { z } from "zod";

/** The number of an entry or an event, as text: it may be larger than a JavaScript number holds. */
export const numberSchema = z
  .string()
  .regex(/^(0|[1-9][0-9]{0,17})$/, "write the number of an entry, 0 for the beginning");

export const auditEntrySchema = z.object({
  number: z.string(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  environment: z.string().nullable(),
  subject: z.string(),
  detail: z.unknown(),
  previousHash: z.string(),
  hash: z.string(),
});
export type AuditEntryOnWire = z.infer<typeof auditEntrySchema>;

export const auditQuerySchema = z.object({
  /** Entries after this number. */
  after: numberSchema.default("0"),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

export const auditPageSchema = z.object({
  entries: z.array(auditEntrySchema),
  /** What `after` is for the next page; null when this is the last. */
  next: z.string().nullable(),
});

export const hashSchema = z.string().regex(/^[0-9a-f]{64}$/, "write 64 hexadecimal digits");

export const auditVerificationSchema = z.discriminatedUnion("intact", [
  z.object({ intact: z.literal(true), entries: z.number(), head: z.string() }),
  z.object({
    intact: z.literal(false),
    number: z.string(),
    fault: z.enum(["changed", "missing", "reordered", "cut-off"]),
    message: z.string(),
  }),
]);
