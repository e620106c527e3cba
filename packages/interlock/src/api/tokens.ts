import { z } from "zod";
import { roleSchema, scopeSchema } from "./access.ts";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

/** Who a token belongs to: what is done with it is put down to them. */
export const ownerSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/, "write a name or an e-mail address, without spaces");

export const makeTokenSchema = z.object({
  /** What it is for: `deploys of payments`. */
  name: z.string().trim().min(1, "say what it is for").max(100),
  /** By default whoever asks. */
  owner: ownerSchema.optional(),
  role: roleSchema,
  /** Less than what the role allows; by default all of it. */
  scopes: z.array(scopeSchema).min(1).max(50).optional(),
  /** The environments that it may change; by default every one. */
  environments: z.array(nameSchema).min(1).max(100).optional(),
  /** How long it works, in days: at most 366. */
  days: z.number().int().min(1).max(366).default(90),
});
export type MakeToken = z.input<typeof makeTokenSchema>;

export const tokenSchema = z.object({
  id: idSchema("tok"),
  name: z.string(),
  owner: z.string(),
  role: roleSchema,
  scopes: z.array(scopeSchema).nullable(),
  environments: z.array(nameSchema).nullable(),
  createdAt: momentSchema,
  createdBy: z.string(),
  expiresAt: momentSchema,
  lastUsedAt: momentSchema.nullable(),
  revokedAt: momentSchema.nullable(),
  revokedBy: z.string().nullable(),
});
export type Token = z.infer<typeof tokenSchema>;

/** The one time that the token itself is shown. */
export const madeTokenSchema = tokenSchema.extend({ secret: z.string() });
export type MadeToken = z.infer<typeof madeTokenSchema>;

export const tokensSchema = z.object({ tokens: z.array(tokenSchema) });

/** Whoever asks, as their token says. */
export const callerSchema = z.object({
  owner: z.string(),
  token: z.string(),
  role: roleSchema,
  scopes: z.array(scopeSchema),
  environments: z.array(nameSchema).nullable(),
});
