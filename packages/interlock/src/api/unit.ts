import { z } from "zod";
import { localeSchema } from "./localised.ts";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

/** Who runs a major incident. */
export const unitRoles = ["lead", "communications", "technical-lead", "scribe"] as const;
export const unitRoleSchema = z.enum(unitRoles);
export type UnitRole = z.infer<typeof unitRoleSchema>;

export const personSchema = z.string().trim().min(1).max(100);

export const channelSchema = z.enum(["email", "webhook", "slack"]);
export type Channel = z.infer<typeof channelSchema>;

export const newResponderSchema = z.strictObject({
  person: personSchema,
  role: unitRoleSchema,
  /** 1 is called at once, the next one when nobody answers in time. */
  level: z.int().min(1).max(9).default(1),
  channel: channelSchema,
  /** An email address, or the URL of a hook. Kept encrypted, and never shown again. */
  address: z.string().trim().min(3).max(2_000),
  locale: localeSchema.default("en"),
  answerWithinSeconds: z.int().min(10).max(86_400).default(300),
});
export type NewResponder = z.infer<typeof newResponderSchema>;

export const responderSchema = z.object({
  id: idSchema("rsp"),
  environment: nameSchema,
  person: z.string(),
  role: unitRoleSchema,
  level: z.int(),
  channel: channelSchema,
  /** Without what is secret in it. */
  address: z.string(),
  locale: localeSchema,
  answerWithinSeconds: z.int(),
  createdAt: momentSchema,
  createdBy: z.string(),
});
export type Responder = z.infer<typeof responderSchema>;
export const responderListSchema = z.object({ responders: z.array(responderSchema) });

export const assignmentSchema = z.strictObject({
  role: unitRoleSchema,
  /** Null for nobody. */
  person: personSchema.nullable(),
  /** Who has the role now and is relieved; needed where somebody has it. */
  instead: personSchema.optional(),
});

export const acknowledgementSchema = z.strictObject({
  /** The role that it is answered for; by default the ones that the caller was called in. */
  role: unitRoleSchema.optional(),
});

export const unitSchema = z.object({
  openedAt: momentSchema.nullable(),
  roles: z.array(
    z.object({
      role: unitRoleSchema,
      person: z.string(),
      assignedAt: momentSchema,
      assignedBy: z.string(),
      endedAt: momentSchema.nullable(),
    }),
  ),
  calls: z.array(
    z.object({
      id: idSchema("cal"),
      person: z.string(),
      role: unitRoleSchema,
      level: z.int(),
      round: z.int(),
      channel: channelSchema,
      /** Without what is secret in it. */
      address: z.string(),
      calledAt: momentSchema,
      answerBy: momentSchema,
      answeredAt: momentSchema.nullable(),
      answeredBy: z.string().nullable(),
      escalatedAt: momentSchema.nullable(),
    }),
  ),
});
export type Unit = z.infer<typeof unitSchema>;
