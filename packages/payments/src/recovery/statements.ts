import { statement } from "../database/statement.ts";

export interface PendingOperation {
  reference: string;
  kind: "payment" | "capture" | "release" | "refund" | "terminal" | "reversal";
}

/**
 * Operations of kinds $1 that have been pending for $2 seconds, oldest first, at most $3. Those that wait for a
 * card holder are left out: nothing was lost.
 */
export const listPending = statement(
  "list-pending-operations",
  `select acquirer_operations.reference, acquirer_operations.kind
from acquirer_operations
where acquirer_operations.finished_at is null and acquirer_operations.kind = any ($1::text[])
  and acquirer_operations.challenged_at is null
  and acquirer_operations.started_at < now() - make_interval(secs => $2::double precision)
order by acquirer_operations.started_at
limit $3::integer`,
);

export interface OpenChallenge extends PendingOperation {
  /** For how long the card holder has been asked, in seconds. */
  age_seconds: number;
}

/** Operations that have waited for a card holder for $1 seconds, longest first, at most $2. */
export const listChallenges = statement(
  "list-open-challenges",
  `select acquirer_operations.reference, acquirer_operations.kind,
  extract(epoch from now() - acquirer_operations.challenged_at)::double precision as age_seconds
from acquirer_operations
where acquirer_operations.finished_at is null
  and acquirer_operations.challenged_at < now() - make_interval(secs => $1::double precision)
order by acquirer_operations.challenged_at
limit $2::integer`,
);
