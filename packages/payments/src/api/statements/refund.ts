import { statement, type Statement } from "../../database/statement.ts";
import { bookRefund, holdRefund, letGoRefund } from "../../ledger/booking.ts";
import type { Release } from "../releases/release.ts";

/** A refund as every statement that reads one returns it. */
export interface RefundRow {
  id: string;
  payment_id: string;
  amount_cents: number;
  state: "pending" | "succeeded" | "failed";
  metadata: Record<string, unknown> | null;
  created_at: number;
  is_live: boolean;
  attempt_id: string;
  merchant_id: string;
  idempotency_key: string | null;
}

const refundColumns = `refunds.id, refunds.payment_id, refunds.amount_cents, refunds.state, refunds.metadata,
  floor(extract(epoch from refunds.created_at))::double precision as created_at,
  payments.is_live, payments.attempt_id, payments.merchant_id, refunds.idempotency_key`;

/**
 * Reserves $5 cents of payment $1 (merchant $2, mode $3) for refund $4, and writes down that the acquirer
 * is about to be asked. One conditional update decides, so that refunds never exceed the capture however
 * many run at once. $6 metadata, $7 creation time, $8 Idempotency-Key or null. No row: not that much is left.
 */
export function reserveRefund(release: Release): Statement {
  return statement(
    "reserve-refund",
    `with reserved as (
  update payments set amount_refunding_cents = payments.amount_refunding_cents + $5::integer
  where payments.id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean
    and ${release.isPaid} and payments.attempt_id is not null
    and payments.amount_refunded_cents + payments.amount_refunding_cents + $5::integer <= payments.amount_cents
  returning payments.id, payments.merchant_id, payments.is_live, $5::integer as amount_cents
), ${holdRefund("reserved")}, refund as (
  insert into refunds (id, payment_id, amount_cents, state, metadata, created_at, idempotency_key)
  select $4::text, reserved.id, $5::integer, 'pending', $6::jsonb, to_timestamp($7::double precision), $8::text
  from reserved
  returning refunds.id
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select refund.id, 'refund', refund.id, $5::integer, 'pending' from refund
returning acquirer_operations.reference`,
  );
}

/** Keeps the answer of the request that asked for the refund, with its outcome: both or neither. */
function answered(status: number, body: string): string {
  return `answered as (
  update idempotency_keys set status_code = ${String(status)}, body = ${body}::text
  from refunded
  where idempotency_keys.merchant_id = refunded.merchant_id and idempotency_keys.is_live = refunded.is_live
    and idempotency_keys.key = refunded.idempotency_key and idempotency_keys.status_code is null
)`;
}

/** The acquirer gave refund $1 back: booked once, $2 is the answer. No row: somebody did it before. */
export function settleRefund(release: Release): Statement {
  return statement(
    "settle-refund",
    `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), refund as (
  update refunds set state = 'succeeded'
  from operation
  where refunds.id = operation.reference and refunds.state = 'pending'
  returning refunds.id, refunds.payment_id, refunds.amount_cents, refunds.idempotency_key
), refunded as (
  update payments set amount_refunding_cents = payments.amount_refunding_cents - refund.amount_cents,
    amount_refunded_cents = payments.amount_refunded_cents + refund.amount_cents${release.setRefunded(
      "payments.amount_refunded_cents + refund.amount_cents = payments.amount_cents",
    )}
  from refund
  where payments.id = refund.payment_id
  returning refund.id, payments.merchant_id, payments.is_live, refund.amount_cents, refund.idempotency_key
), ${answered(201, "$2")}, ${bookRefund("refunded")}
select refunded.id from refunded`,
  );
}

/** The acquirer refused refund $1, with code $2: the reservation is let go, $3 is the answer. No row: done before. */
export const failRefund: Statement = statement(
  "fail-refund",
  `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), refund as (
  update refunds set state = 'failed'
  from operation
  where refunds.id = operation.reference and refunds.state = 'pending'
  returning refunds.id, refunds.payment_id, refunds.amount_cents, refunds.idempotency_key
), refunded as (
  update payments set amount_refunding_cents = payments.amount_refunding_cents - refund.amount_cents
  from refund
  where payments.id = refund.payment_id
  returning refund.id, payments.merchant_id, payments.is_live, refund.amount_cents, refund.idempotency_key
), ${answered(400, "$3")}, ${letGoRefund("refunded")}
select refunded.id from refunded`,
);

/** $1 refund, $2 payment, $3 merchant, $4 mode. One that has not been given back is not there yet. */
export const getRefund: Statement = statement(
  "get-refund",
  `select ${refundColumns}
from refunds join payments on payments.id = refunds.payment_id
where refunds.id = $1::text and refunds.payment_id = $2::text and payments.merchant_id = $3::text
  and payments.is_live = $4::boolean and refunds.state = 'succeeded'`,
);

/** Latest first. $1 payment, $2 merchant, $3 mode, $4 how many, $5 how many to pass over. */
export const listRefunds: Statement = statement(
  "list-refunds",
  `select ${refundColumns}
from refunds join payments on payments.id = refunds.payment_id
where refunds.payment_id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean
  and refunds.state = 'succeeded'
order by refunds.created_at desc, refunds.id desc
limit $4::integer offset $5::integer`,
);

/** A refund in whatever state, for recovery. $1 refund. */
export const findRefund: Statement = statement(
  "find-refund",
  `select ${refundColumns}
from refunds join payments on payments.id = refunds.payment_id
where refunds.id = $1::text`,
);
