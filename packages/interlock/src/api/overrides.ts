import { z } from "zod";
import { idSchema, momentSchema, nameSchema, reasonSchema } from "./names.ts";

export const newOverrideSchema = z.object({
  /** `change:chg_…` or `release:payments@2.3.0`. */
  subject: z.union([
    z.string().regex(/^change:chg_[0-9a-z]{16}$/),
    z
      .string()
      .regex(
        /^release:[A-Za-z0-9][A-Za-z0-9._-]{0,40}@[A-Za-z0-9][A-Za-z0-9._+-]{0,40}$/,
        "write change:ID or release:APP@VERSION",
      ),
  ]),
  /** What is set aside: ids of rules, and `incident:ID`. Evidence can't be. */
  rules: z
    .array(z.union([idSchema("rul"), z.string().regex(/^incident:inc_[0-9a-z]{16}$/)]))
    .min(1)
    .max(20),
  reason: reasonSchema,
  /** Four hours at most. */
  minutes: z.int().min(1).max(240).default(60),
});

export const overrideSchema = z.object({
  id: idSchema("ovr"),
  environment: nameSchema,
  subject: z.string(),
  rules: z.array(z.string()),
  reason: z.string(),
  madeAt: momentSchema,
  madeBy: z.string(),
  expiresAt: momentSchema,
});
export type Override = z.infer<typeof overrideSchema>;
export const overrideListSchema = z.object({ overrides: z.array(overrideSchema) });
