import { statement } from "../database/statement.ts";

export interface PendingOperation {
  reference: string;
  kind: "payment" | "capture" | "release" | "refund" | "terminal" | "reversal";
}

/** Operations of kinds $1 that have been pending for $2 seconds, oldest first, at most $3. */
export const listPending = statement(
  "list-pending-operations",
  `select acquirer_operations.reference, acquirer_operations.kind
from acquirer_operations
where acquirer_operations.state = 'pending' and acquirer_operations.kind = any ($1::text[])
  and acquirer_operations.started_at < now() - make_interval(secs => $2::double precision)
order by acquirer_operations.started_at
limit $3::integer`,
);
