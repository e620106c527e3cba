import type { AuditRecord } from "./append-to-audit-log.ts";
import type { Control } from "./control.ts";

/** Entries of the audit log after a number, in order; "0" begins at the first. */
export async function readAuditLog(
  control: Pick<Control, "query">,
  { after, limit }: { after: string; limit: number },
): Promise<AuditRecord[]> {
  return control.query<AuditRecord>(
    `select number, at, actor, action, environment, subject, detail, previous_hash as "previousHash", hash
       from interlock_control.audit_log
      where number > $1::bigint
      order by number
      limit $2::integer`,
    [after, limit],
  );
}
