import { z } from "zod";
import { appSchema, idSchema, momentSchema, nameSchema, versionSchema } from "./names.ts";

/**
 * What somebody wants to do. `structure` is a change's migration run as it is, without a plan; `expand` is the
 * plan's expand and migrate phases; `rollback` takes an expanded change back.
 */
export const gateRequestSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("change"),
    change: idSchema("chg"),
    to: z.enum(["structure", "expand", "contract", "rollback"]),
  }),
  z.object({ kind: z.literal("release"), app: appSchema, version: versionSchema }),
]);
export type GateRequest = z.infer<typeof gateRequestSchema>;

export const verdicts = ["go", "blocked", "unknown"] as const;
export const verdictSchema = z.enum(verdicts);
export type Verdict = z.infer<typeof verdictSchema>;

/** Permanent names of what can stand against a go. */
export const reasonCodes = [
  /** A live version would not work, or the version that is to come would not work on what is there. */
  "live-version-breaks",
  "version-breaks",
  /** Contract or rollback while a version that needs what goes away is live. */
  "version-still-live",
  /** The phase asked for can't follow on where the change stands. */
  "wrong-phase",
  /** Structure without its application, or the reverse, beyond what the order allows. */
  "partial-deployment",
  "release-running",
  "shipment-running",
  /** A live version's statements do not prepare on the database now. */
  "alarm",
  "open-incident",
  "block",
  "freeze",
  "size-limit",
  "approval-missing",
  // Unknown: what is missing for an answer.
  "workload-missing",
  "not-rehearsed",
  "rehearsal-running",
  "rehearsal-failed",
  "evidence-unknown",
  "database-not-observed",
  /** A session that is neither of an app version nor of a known tool. */
  "session-unidentified",
  "structure-unknown",
  "no-database",
] as const;
export const reasonCodeSchema = z.enum(reasonCodes);
export type ReasonCode = z.infer<typeof reasonCodeSchema>;

export const gateReasonSchema = z.object({
  code: reasonCodeSchema,
  /** `blocks`: it stands against it. `unknown`: it can't be known. `overridden`: it would block and was set aside. `note`: for whoever wants to know. */
  effect: z.enum(["blocks", "unknown", "overridden", "note"]),
  message: z.string(),
  /** What to do now. */
  next: z.string(),
  /** The version, database, rule, incident or rehearsal that it is about. */
  appVersion: z.string().optional(),
  database: z.string().optional(),
  rule: z.string().optional(),
  incident: z.string().optional(),
  rehearsal: z.string().optional(),
});
export type GateReason = z.infer<typeof gateReasonSchema>;

/** An answer of the gate: format `interlock-gate/1`. */
export const gateDecisionSchema = z.object({
  format: z.literal("interlock-gate/1"),
  id: idSchema("dec"),
  environment: nameSchema,
  request: gateRequestSchema,
  verdict: verdictSchema,
  /** Of the change, where one is asked about and it is known. */
  order: z.enum(["any", "schema-first", "app-first", "split"]).nullable(),
  reasons: z.array(gateReasonSchema),
  at: momentSchema,
});
export type GateDecision = z.infer<typeof gateDecisionSchema>;

/** A decision with all that it was made from. */
export const keptDecisionSchema = z.object({
  decision: gateDecisionSchema,
  askedBy: z.string(),
  facts: z.record(z.string(), z.unknown()),
});
export type KeptDecision = z.infer<typeof keptDecisionSchema>;

/** The latest first. */
export const decisionListSchema = z.object({
  decisions: z.array(gateDecisionSchema.extend({ askedBy: z.string() })),
});
