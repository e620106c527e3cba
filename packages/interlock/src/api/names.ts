import { z } from "zod";

/** Of an environment or of a database in one: `production`, `eu-1`. */
export const nameSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "write 1 to 63 lower-case letters, digits and hyphens");

/** Of an app: what stands before the @ in `payments@2.3.0`. PostgreSQL keeps 63 bytes of the whole. */
export const appSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}$/, "write letters, digits, dots, hyphens and underscores");

/** Of a version: what stands after the @. */
export const versionSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._+-]{0,40}$/,
    "write letters, digits, dots, plus signs, hyphens and underscores",
  );

/** `payments@2.3.0`. */
export const appVersionSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,40}@[A-Za-z0-9][A-Za-z0-9._+-]{0,40}$/, "write app@version");

/** What the server made: `rel_4x0k9d2m7q1tzc8v`. */
export function idSchema(prefix: string): z.ZodString {
  return z
    .string()
    .regex(new RegExp(`^${prefix}_[0-9a-z]{16}$`), `write the id as it was given: ${prefix}_…`);
}

/** A moment: ISO 8601 with an offset or Z. */
export const momentSchema = z.iso.datetime({ offset: true });

/** Why somebody did something: never empty. */
export const reasonSchema = z.string().trim().min(1, "give a reason").max(2_000);
