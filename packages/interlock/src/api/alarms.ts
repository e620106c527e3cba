import { z } from "zod";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

/** A live version whose statements do not prepare on a database, and the structural changes that did it. */
export const alarmSchema = z.object({
  id: idSchema("alm"),
  environment: nameSchema,
  database: nameSchema,
  appVersion: z.string(),
  statements: z.array(z.object({ name: z.string(), sqlstate: z.string(), message: z.string() })),
  /** Empty where the database is watched by polling, or the change is older than its log. */
  ddl: z.array(
    z.object({
      number: z.string(),
      at: momentSchema,
      tag: z.string(),
      objects: z.array(z.string()),
      who: z.string(),
      applicationName: z.string(),
      clientAddress: z.string().nullable(),
      /** The beginning of the statement; what may hold a secret is left out. */
      text: z.string(),
      /** What let it past the guard: `interlock`, `pass 12`, `exception`; null where nothing did. */
      permit: z.string().nullable(),
    }),
  ),
  raisedAt: momentSchema,
  /** Null while it is open. */
  clearedAt: momentSchema.nullable(),
});

export const alarmsQuerySchema = z.object({
  /** Only those that are open. */
  open: z.enum(["true", "false"]).default("false"),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
