import { z } from "zod";
import { roleSchema } from "./access.ts";
import { idSchema, momentSchema, reasonSchema } from "./names.ts";

/** `kind=rename-column table=public.payments app=payments env=production`. */
export const scopeTextSchema = z.string().min(1).max(1_000);

/**
 * When a freeze holds: once, or again and again by an iCalendar rule on the clock of a time zone. The end is by that
 * clock, too: P2DT16H from Friday 16:00 is Monday 08:00, whatever the clocks do at the weekend.
 */
export const freezeScheduleSchema = z.union([
  z.strictObject({ from: momentSchema, until: momentSchema }),
  z.strictObject({
    /** DTSTART by the clock on the wall: `2026-11-27T16:00:00`. */
    start: z.iso
      .datetime({ local: true })
      .regex(/^[^Z]*$/, "write it without a Z: it is by the clock of the time zone"),
    timeZone: z.string().min(1).max(64),
    /** RRULE: `FREQ=WEEKLY;BYDAY=FR`. */
    rrule: z.string().min(1).max(500),
    /** ISO 8601: `P2DT16H`. */
    duration: z.iso.duration().max(40),
  }),
]);
export type FreezeSchedule = z.infer<typeof freezeScheduleSchema>;

export const freezeSettingsSchema = z.strictObject({ schedule: freezeScheduleSchema });

const count = z.int().min(0).max(1_000_000);

/** What one change may touch at most; what is left out has no limit. */
export const sizeLimitSchema = z
  .strictObject({
    statements: count.optional(),
    tables: count.optional(),
    operations: count.optional(),
    rewrites: count.optional(),
    files: count.optional(),
  })
  .refine((limits) => Object.keys(limits).length > 0, "name at least one limit");
export type SizeLimit = z.infer<typeof sizeLimitSchema>;

export const approvalSettingsSchema = z.strictObject({
  /** How many people other than the author. */
  count: z.int().min(1).max(20),
  /** Roles that count; all of them where it is left out. */
  roles: z.array(roleSchema).min(1).optional(),
});

const common = {
  scope: scopeTextSchema,
  reason: reasonSchema,
  /** The reference of the incident that it comes from. */
  incident: z.string().trim().min(1).max(100).optional(),
};

export const newRuleSchema = z.discriminatedUnion("kind", [
  /** In force at once, 90 days at most. */
  z.strictObject({ kind: z.literal("block"), ...common, until: momentSchema }),
  // The others are proposed, and come into force when their backtest is accepted.
  z.strictObject({
    kind: z.literal("freeze"),
    ...common,
    settings: freezeSettingsSchema,
    until: momentSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("size-limit"),
    ...common,
    settings: sizeLimitSchema,
    until: momentSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("approval"),
    ...common,
    settings: approvalSettingsSchema,
    until: momentSchema.optional(),
  }),
]);
export type NewRule = z.infer<typeof newRuleSchema>;

/** A change of the past that a rule would have held back. */
export const backtestedChangeSchema = z.object({
  change: z.string(),
  title: z.string(),
  createdAt: z.string(),
  /** The incident that it caused, if it is known to have. */
  causedIncident: z.string().nullable(),
  why: z.string(),
});

/** What a rule would have done to the changes of the past. */
export const backtestSchema = z.object({
  /** Of the rule and of the changes it was held against: accepting names it. */
  digest: z.string(),
  changes: z.int(),
  caused: z.int(),
  stoppedCaused: z.array(backtestedChangeSchema),
  stoppedGood: z.array(backtestedChangeSchema),
  missedCaused: z.array(backtestedChangeSchema),
  note: z.string(),
});
export type Backtest = z.infer<typeof backtestSchema>;
export type BacktestedChange = z.infer<typeof backtestedChangeSchema>;

export const ruleSchema = z.object({
  id: idSchema("rul"),
  kind: z.enum(["block", "freeze", "size-limit", "approval"]),
  scope: z.string(),
  settings: z.unknown(),
  reason: z.string(),
  owner: z.string(),
  incident: z.string().nullable(),
  state: z.enum(["proposed", "in-force", "lifted", "expired"]),
  backtest: backtestSchema.nullable(),
  createdAt: momentSchema,
  acceptedAt: momentSchema.nullable(),
  acceptedBy: z.string().nullable(),
  expiresAt: momentSchema.nullable(),
  liftedAt: momentSchema.nullable(),
  liftedBy: z.string().nullable(),
  liftedReason: z.string().nullable(),
  /** Of a freeze: whether it holds now and until when, or from when it will next. */
  window: z.object({ isOpen: z.boolean(), from: momentSchema, until: momentSchema }).nullable(),
});
export type Rule = z.infer<typeof ruleSchema>;

export const acceptRuleSchema = z.strictObject({ backtest: z.string().min(1).max(100) });
export const liftRuleSchema = z.strictObject({ reason: reasonSchema });
export const ruleListSchema = z.object({ rules: z.array(ruleSchema) });
