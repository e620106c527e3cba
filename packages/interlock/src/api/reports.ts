import { z } from "zod";
import { momentSchema } from "./names.ts";

/** Reports of a major incident to the authorities (EU 2022/2554, article 19). */
export const reportKinds = ["initial", "intermediate", "final"] as const;
export const reportKindSchema = z.enum(reportKinds);
export type ReportKind = z.infer<typeof reportKindSchema>;

export const reportSchema = z.object({
  kind: reportKindSchema,
  state: z.enum(["due", "overdue", "submitted", "submitted-late", "waiting"]),
  /** Null until the report before it was submitted, from which its time runs. */
  dueAt: momentSchema.nullable(),
  /** Where that falls on a weekend: noon of the next working day, for those whom the law allows it. */
  graceUntil: momentSchema.nullable(),
  submittedAt: momentSchema.nullable(),
  reference: z.string().nullable(),
});
export type Report = z.infer<typeof reportSchema>;

export const submissionSchema = z.strictObject({
  kind: reportKindSchema,
  /** By default now. */
  at: momentSchema.optional(),
  /** What the authority calls it. */
  reference: z.string().trim().min(1).max(200).optional(),
});
