import { z } from "zod";
import { idSchema, momentSchema, nameSchema } from "./names.ts";
import { problemSchema } from "./problem.ts";

export const shipmentStates = [
  "running",
  /** For the gate, or for old versions to go; `reasons` says for what. */
  "waiting",
  "stopped",
  /** Expanded everywhere: the old and the new version both work. */
  "ready",
  "done",
  "rolling-back",
  "rolled-back",
] as const;

/** To begin a shipment. */
export const newShipmentSchema = z.strictObject({
  change: idSchema("chg"),
  target: z.enum(["expand", "contract"]),
  /** How many databases go first; by default those that are marked as canaries. */
  canaries: z.int().min(0).max(1_000).optional(),
  /** How many databases are worked on at once. */
  concurrency: z.int().min(1).max(64).optional(),
  /** How long a step may keep a live statement waiting, in milliseconds. */
  lockBudgetMs: z.int().min(1).max(60_000).optional(),
  /** Begins it although a rollback could not bring back all that the plan names. */
  acceptLoss: z.boolean().optional(),
});

export const rollBackShipmentSchema = z.object({
  /** Goes on although values that only the new version can see are lost. */
  acceptLoss: z.enum(["true", "false"]).optional(),
});

export const resumeShipmentSchema = z.strictObject({
  /** How much further: from expand to contract. */
  to: z.enum(["expand", "contract"]).optional(),
  /** From now on, in milliseconds. */
  lockBudgetMs: z.int().min(1).max(60_000).optional(),
});

const phaseNameSchema = z.enum(["expand", "migrate", "contract"]);

export const shipmentReasonSchema = z.object({ code: z.string(), message: z.string(), next: z.string() });

export const shipmentSummarySchema = z.object({
  shipment: idSchema("shp"),
  change: idSchema("chg"),
  title: z.string(),
  environment: nameSchema,
  state: z.enum(shipmentStates),
  target: z.enum(["expand", "contract"]),
  direction: z.enum(["forward", "back"]),
  canaries: z.int(),
  concurrency: z.int(),
  /** Why it waits or stopped, and what to do. */
  reasons: z.array(shipmentReasonSchema),
  stopAskedBy: z.string().nullable(),
  startedAt: momentSchema,
  startedBy: z.string(),
  endedAt: momentSchema.nullable(),
});
export type ShipmentSummary = z.infer<typeof shipmentSummarySchema>;

export const shipmentDatabaseSchema = z.object({
  database: nameSchema,
  isCanary: z.boolean(),
  state: z.enum(["pending", "running", "ready", "done", "failed", "stopped", "rolled-back"]),
  /** The last phase that was begun there. */
  phase: phaseNameSchema.nullable(),
  /** Of the step under way. */
  progress: z
    .object({
      step: z.string().nullable(),
      title: z.string().nullable(),
      rowsSeen: z.number().nullable(),
      rowsFilled: z.number().nullable(),
      rowsTotal: z.number().nullable(),
      rowsPerSecond: z.number().nullable(),
      remainingMs: z.number().nullable(),
      /** What it waits for: a lock and who holds it, a version that must go. */
      waiting: z.string().nullable(),
    })
    .nullable(),
  failure: problemSchema.nullable(),
  startedAt: momentSchema.nullable(),
  endedAt: momentSchema.nullable(),
});
export type ShipmentDatabase = z.infer<typeof shipmentDatabaseSchema>;

const stepsSchema = z.array(z.object({ step: z.string(), title: z.string() }));

export const shipmentSchema = shipmentSummarySchema.extend({
  rehearsal: idSchema("reh"),
  lockBudgetMs: z.int(),
  /** Whether somebody has accepted what a rollback may lose. */
  acceptsLoss: z.boolean(),
  /** What a rollback can't give back or would lose, and what contract removes, in words. */
  losses: z.array(z.object({ when: z.enum(["rollback", "contract"]), kind: z.string(), what: z.string() })),
  /** The plan's steps. */
  phases: z.object({ expand: stepsSchema, migrate: stepsSchema, contract: stepsSchema }),
  databases: z.array(shipmentDatabaseSchema),
});
export type Shipment = z.infer<typeof shipmentSchema>;

export const shipmentListSchema = z.object({ shipments: z.array(shipmentSummarySchema) });
