import { z } from "zod";
import { roleSchema } from "./access.ts";
import { idSchema, momentSchema, nameSchema } from "./names.ts";

export const newApprovalSchema = z.object({
  change: idSchema("chg"),
  /** How long it holds; seven days unless it is said, 30 at most. */
  days: z.int().min(1).max(30).default(7),
});

export const approvalSchema = z.object({
  id: idSchema("apr"),
  change: idSchema("chg"),
  environment: nameSchema,
  approver: z.string(),
  role: roleSchema,
  approvedAt: momentSchema,
  expiresAt: momentSchema,
  withdrawnAt: momentSchema.nullable(),
});
export type Approval = z.infer<typeof approvalSchema>;
export const approvalListSchema = z.object({ approvals: z.array(approvalSchema) });
