import { z } from "zod";

const prioritySchema = z.enum(["P1", "P2", "P3", "P4"]);
export type Priority = z.infer<typeof prioritySchema>;

const impactSchema = z.enum(["degraded_performance", "partial_outage", "major_outage"]);
export type ImpactStatus = z.infer<typeof impactSchema>;

/** What a component's `declares` says: the incident that is opened when trouble with it is confirmed. */
export const policySchema = z.object({
  priority: prioritySchema,
  status: impactSchema,
  /** Whether the first update goes out by itself. */
  publish: z.boolean().default(false),
  /** How long everything must be quiet before the service counts as recovered. */
  recoverAfterSeconds: z.int().min(0).max(86_400).default(60),
  /** How long after recovery the incident resolves by itself; null where a person does that. */
  resolveAfterMinutes: z.int().min(1).max(10_080).nullable().default(null),
});
export type Policy = z.output<typeof policySchema>;

/** Reads what is stored; null for none, and for what can't be read. */
export function policyOf(declares: unknown): Policy | null {
  const parsed = policySchema.safeParse(declares);
  return parsed.success ? parsed.data : null;
}
