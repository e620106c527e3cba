import { z } from "zod";
import { localisedSchema } from "./localised.ts";
import { idSchema, momentSchema, nameSchema, reasonSchema } from "./names.ts";
import {
  approvalSettingsSchema,
  backtestSchema,
  freezeSettingsSchema,
  scopeTextSchema,
  sizeLimitSchema,
} from "./rules.ts";

export const actionKinds = ["task", "block", "rule"] as const;
export const actionKindSchema = z.enum(actionKinds);
export type ActionKind = z.infer<typeof actionKindSchema>;

export const actionStates = ["open", "done", "dropped"] as const;
export const actionStateSchema = z.enum(actionStates);

/** `ACT-3` or `act_…`. */
export const actionReferenceSchema = z
  .string()
  .regex(/^(?:ACT-[1-9][0-9]{0,14}|act_[0-9a-z]{16})$/, "write ACT-3 or act_…");

/** What a block or a rule is to be, as the gate takes it. */
export const actionRuleSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("block"), scope: scopeTextSchema, until: momentSchema }),
  z.strictObject({
    kind: z.literal("freeze"),
    scope: scopeTextSchema,
    settings: freezeSettingsSchema,
    until: momentSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("size-limit"),
    scope: scopeTextSchema,
    settings: sizeLimitSchema,
    until: momentSchema.optional(),
  }),
  z.strictObject({
    kind: z.literal("approval"),
    scope: scopeTextSchema,
    settings: approvalSettingsSchema,
    until: momentSchema.optional(),
  }),
]);
export type ActionRule = z.infer<typeof actionRuleSchema>;

const written = {
  /** What it answers to. */
  symptoms: localisedSchema(300),
  texts: localisedSchema(1_000),
  /** Who sees to it. */
  owner: z.string().trim().min(1).max(200),
  dueAt: momentSchema.nullable(),
  /** Whether the public post-mortem shows it. */
  isPublic: z.boolean(),
};

export const newActionSchema = z.strictObject({
  kind: actionKindSchema,
  symptoms: written.symptoms,
  texts: written.texts,
  /** By default whoever proposes it. */
  owner: written.owner.optional(),
  dueAt: written.dueAt.default(null),
  isPublic: written.isPublic.default(true),
  /** Of a block and of a rule. */
  rule: actionRuleSchema.optional(),
  /** The change that is known to have caused the incident: its backtest goes by it. */
  causedBy: idSchema("chg").optional(),
});
export type NewAction = z.infer<typeof newActionSchema>;

export const changeActionSchema = z.strictObject({
  symptoms: written.symptoms.optional(),
  texts: written.texts.optional(),
  owner: written.owner.optional(),
  dueAt: written.dueAt.optional(),
  isPublic: written.isPublic.optional(),
  /** The revision that was read. */
  revision: z.int().min(1),
});
export type ChangeAction = z.infer<typeof changeActionSchema>;

export const acceptActionSchema = z.strictObject({
  /** The digest of the backtest that was read. */
  backtest: z.string().min(1).max(100),
});

export const endActionSchema = z.strictObject({ reason: reasonSchema });

export const actionSchema = z.object({
  id: idSchema("act"),
  /** `ACT-3`. */
  reference: z.string(),
  incident: z.object({ id: idSchema("inc"), reference: z.string(), environment: nameSchema }),
  kind: actionKindSchema,
  state: actionStateSchema,
  symptoms: localisedSchema(300),
  texts: localisedSchema(1_000),
  owner: z.string(),
  dueAt: momentSchema.nullable(),
  isPublic: z.boolean(),
  /** What a block or a rule is to be, or has become; null of a task. */
  rule: z
    .object({
      kind: z.enum(["block", "freeze", "size-limit", "approval"]),
      scope: z.string(),
      settings: z.unknown(),
      expiresAt: momentSchema.nullable(),
      /** Its id in the gate; null until it is there. */
      id: idSchema("rul").nullable(),
      /** `not-accepted`: it holds nothing yet. */
      state: z.enum(["not-accepted", "proposed", "in-force", "lifted", "expired"]),
      /** What the gate has held back because of it: decisions, and different changes or releases. */
      refused: z.object({ decisions: z.int(), subjects: z.int(), lastAt: momentSchema.nullable() }),
    })
    .nullable(),
  /** What it would have done to the changes of the past; null of a task. */
  backtest: backtestSchema.nullable(),
  acceptedAt: momentSchema.nullable(),
  acceptedBy: z.string().nullable(),
  endedAt: momentSchema.nullable(),
  endedBy: z.string().nullable(),
  endedReason: z.string().nullable(),
  createdAt: momentSchema,
  createdBy: z.string(),
  revision: z.int(),
});
export type Action = z.infer<typeof actionSchema>;
export const actionListSchema = z.object({ actions: z.array(actionSchema) });

/** An action that the facts of an incident speak for; nothing is kept until somebody proposes it. */
export const suggestionSchema = z.object({
  /** `block-partial`; `interlock action propose INC-12 --suggested block-partial`. */
  key: z.string(),
  kind: actionKindSchema,
  symptoms: localisedSchema(300),
  texts: localisedSchema(1_000),
  rule: actionRuleSchema.nullable(),
  /** Which facts speak for it. */
  because: z.string(),
});
export type Suggestion = z.infer<typeof suggestionSchema>;
export const suggestionListSchema = z.object({ suggestions: z.array(suggestionSchema) });
