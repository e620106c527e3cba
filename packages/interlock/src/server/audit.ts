import { z } from "zod";
import { auditPageSchema, auditQuerySchema, auditVerificationSchema, hashSchema } from "../api/audit.ts";
import type { Control } from "../control/control.ts";
import { readAuditLog } from "../control/read-audit-log.ts";
import { verifyAuditLog } from "../control/verify-audit-log.ts";
import { route, type Route } from "./route.ts";

/** The audit log: read, and held against its own hashes. */
export function auditRoutes({ control }: { control: Control }): Route[] {
  return [
    route({
      method: "GET",
      path: "/audit",
      summary: "Entries of the audit log, in order.",
      scope: "audit:read",
      status: 200,
      query: auditQuerySchema,
      answer: auditPageSchema,
      async handle({ query: { after, limit } }) {
        const entries = await readAuditLog(control, { after, limit: limit + 1 });
        const page = entries.slice(0, limit);
        return { entries: page, next: entries.length > limit ? (page.at(-1)?.number ?? null) : null };
      },
    }),
    route({
      method: "GET",
      path: "/audit/verification",
      summary: "Recomputes every hash of the audit log.",
      description:
        "`expect` is a head that was noted before: it must still be in the log, which shows that nothing was cut off at its end.",
      scope: "audit:read",
      status: 200,
      query: z.object({ expect: hashSchema.optional() }),
      answer: auditVerificationSchema,
      handle: ({ query: { expect } }) =>
        verifyAuditLog(control, expect === undefined ? {} : { expectedHead: expect }),
    }),
  ];
}
