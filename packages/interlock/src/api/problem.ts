import { z } from "zod";

/** Every answer that is no success: what happened, why, what state things are in, what to do now. */
export const problemSchema = z.object({
  /** Permanent, in kebab-case: scripts may depend on it. */
  code: z.string(),
  message: z.string(),
  why: z.string().optional(),
  state: z.string().optional(),
  next: z.string().optional(),
  /** For input that is not valid: what is wrong with which field. */
  fields: z.record(z.string(), z.string()).optional(),
});

export type Problem = z.infer<typeof problemSchema>;
