import { statement } from "../database/statement.ts";

/** The acquirer's record: the lines of the settlement file. A reference may be there twice, which is a difference. */
export const createDecisions = statement(
  "create-decisions",
  `create temporary table decisions (
  reference text not null, kind text not null, state text not null, amount_cents bigint not null,
  authorisation text, decided_at timestamptz not null
) on commit drop`,
);

/** Lines of the settlement file, column by column: $1 to $6. */
export const addDecisions = statement(
  "add-decisions",
  `insert into decisions (reference, kind, state, amount_cents, authorisation, decided_at)
select line.reference, line.kind, line.state, line.amount_cents, nullif(line.authorisation, ''), line.decided_at
from unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::timestamptz[])
  as line (reference, kind, state, amount_cents, authorisation, decided_at)`,
);

/**
 * What is compared: decisions from $1 (null: the oldest) up to $2 (null: the latest in the file). Whatever is
 * younger than $3 seconds may still be on its way.
 */
export const createBounds = statement(
  "create-bounds",
  `create temporary table bounds on commit drop as
select coalesce($1::timestamptz, '-infinity'::timestamptz) as since,
  coalesce($2::timestamptz, latest.decided_at, now()) as until,
  coalesce($2::timestamptz, latest.decided_at, now()) - make_interval(secs => $3::double precision) as settled_by
from (select max(decisions.decided_at) as decided_at from decisions) as latest`,
);

/**
 * Our record: each operation with what the acquirer should call it, and where it should be in the ledger. Of
 * payments and refunds it reads only columns that every release of the app has.
 */
export const createOperations = statement(
  "create-operations",
  `create temporary table operations on commit drop as
select acquirer_operations.reference, acquirer_operations.kind, acquirer_operations.subject_id,
  acquirer_operations.amount_cents, acquirer_operations.state, acquirer_operations.started_at,
  acquirer_operations.finished_at, acquirer_operations.challenged_at, payments.id as payment_id,
  coalesce(payments.merchant_id, terminal_transactions.merchant_id) as merchant_id,
  coalesce(payments.is_live, terminal_transactions.is_live) as is_live,
  case
    when acquirer_operations.kind = 'terminal' then 'sale'
    when acquirer_operations.kind = 'reversal' then 'refund'
    when acquirer_operations.kind <> 'payment' then acquirer_operations.kind
    when payments.auto_capture then 'sale'
    else 'authorisation'
  end as decision_kind,
  case
    when acquirer_operations.kind = 'reversal' then acquirer_operations.subject_id
    when acquirer_operations.kind in ('capture', 'release', 'refund') then payments.attempt_id
  end as authorisation,
  case
    when acquirer_operations.kind in ('refund', 'reversal', 'terminal') then acquirer_operations.reference
    when acquirer_operations.kind = 'capture' then payments.id
    when acquirer_operations.kind = 'payment' and payments.auto_capture then payments.id
  end as booked_as,
  case when acquirer_operations.kind in ('refund', 'reversal') then 'refund' else 'capture' end as booked_kind
from acquirer_operations
  left join refunds on acquirer_operations.kind = 'refund' and refunds.id = acquirer_operations.subject_id
  left join payments on payments.id = case acquirer_operations.kind
    when 'refund' then refunds.payment_id
    when 'terminal' then null
    when 'reversal' then null
    else acquirer_operations.subject_id end
  left join terminal_transactions on acquirer_operations.kind in ('terminal', 'reversal')
    and terminal_transactions.id = acquirer_operations.subject_id`,
);

/** So that the planner knows what it compares. */
export const analyse = statement("analyse-snapshot", "analyze decisions, operations, bounds");
