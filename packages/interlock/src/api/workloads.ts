import { z } from "zod";
import { appSchema, momentSchema, versionSchema } from "./names.ts";

/** Statements of one workload at most. */
export const mostStatements = 10_000;
/** A workload's size as JSON at most, in bytes. */
export const mostWorkloadBytes = 8 * 1024 * 1024;

/** What is known of a stored workload, without its statements. */
export const storedWorkloadSchema = z.object({
  app: appSchema,
  version: versionSchema,
  /** Of its canonical JSON: evidence counts for exactly these statements. */
  sha256: z.string(),
  statements: z.number(),
  pushedAt: momentSchema,
  pushedBy: z.string(),
  /** Whether another one was stored for this version, whose evidence is void now. */
  replaced: z.boolean(),
});
export type StoredWorkload = z.infer<typeof storedWorkloadSchema>;
