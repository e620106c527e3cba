import { statement, type Statement } from "../../database/statement.ts";
import { bookRefund, holdRefund, letGoRefund } from "../../ledger/booking.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import { mostRefunds, refundableDays } from "../../payments/refundable.ts";
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
}

const refundColumns = ({ refunds }: Release): string =>
  `refunds.id, refunds.payment_id, ${refunds.amount}, ${refunds.state}, refunds.metadata,
  floor(extract(epoch from refunds.created_at))::double precision as created_at, payments.is_live`;

/**
 * Reserves $5 cents of payment $1 (merchant $2, mode $3) for refund $4, and writes down that the acquirer
 * is about to be asked. One conditional update decides, so that refunds never exceed the capture however
 * many run at once. $6 metadata, $7 creation time, $8 the Idempotency-Key that the request has claimed, or
 * null: it is tied to this refund, so that it never gets a second one. No row: not that much is left, too
 * late for a refund, refunded too often, or the key was taken over. 23514 on merchant_balances_policy: the merchant owes too much.
 */
export function reserveRefund(release: Release): Statement {
  const { refunds, refundPending: pending } = release;
  return statement(
    "reserve-refund",
    `with claim as (
  select idempotency_keys.key from idempotency_keys
  where idempotency_keys.merchant_id = $2::text and idempotency_keys.is_live = $3::boolean
    and idempotency_keys.key = $8::text and idempotency_keys.subject_id is null
    and idempotency_keys.status_code is null
  for update
), reserved as (
  update payments set ${pending} = payments.${pending} + $5::integer
  where payments.id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean
    and ${release.isPaid} and payments.attempt_id is not null
    and payments.paid_at > now() - interval '${String(refundableDays)} days'
    and payments.amount_refunded_cents + payments.${pending} + $5::integer <= payments.amount_cents
    and ${refunds.count} < ${String(mostRefunds)}
    and ($8::text is null or exists (select from claim))
  returning payments.id, payments.merchant_id, payments.is_live, $5::integer as amount_cents
), tied as (
  update idempotency_keys set subject_id = $4::text
  from reserved
  where idempotency_keys.merchant_id = reserved.merchant_id and idempotency_keys.is_live = reserved.is_live
    and idempotency_keys.key = $8::text
), ${holdRefund("reserved")}, refund as (
  insert into refunds (id, payment_id, amount_cents, state, metadata, created_at${refunds.origin.column})
  select $4::text, reserved.id, $5::integer, 'pending', $6::jsonb,
    to_timestamp($7::double precision)${refunds.origin.value}
  from reserved
  returning refunds.id
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select refund.id, 'refund', refund.id, $5::integer, 'pending' from refund
returning acquirer_operations.reference`,
  );
}

/** The acquirer gave refund $1 back: booked, once. No row: somebody did it before. */
export function settleRefund(release: Release): Statement {
  const { refunds, refundPending: pending } = release;
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
  returning refunds.id, refunds.payment_id, refunds.amount_cents
), refunded as (
  update payments set ${pending} = payments.${pending} - refund.amount_cents,
    amount_refunded_cents = payments.amount_refunded_cents + refund.amount_cents${release.setRefunded(
      "payments.amount_refunded_cents + refund.amount_cents = payments.amount_cents",
    )}${refunds.setCounted}
  from refund
  where payments.id = refund.payment_id
  returning refund.id, refund.payment_id, payments.merchant_id, payments.is_live, refund.amount_cents,
    payments.notification_url
), ${bookRefund("refunded")}, ${enqueueNotification("refunded", {
      event: "'refund.succeeded'",
      stream: "refunded.payment_id",
    })}
select refunded.id from refunded`,
  );
}

/** The acquirer refused refund $1, with code $2: the reservation is let go. No row: done before. */
export function failRefund({ refundPending: pending }: Release): Statement {
  return statement(
    "fail-refund",
    `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference
), refund as (
  update refunds set state = 'failed'
  from operation
  where refunds.id = operation.reference and refunds.state = 'pending'
  returning refunds.id, refunds.payment_id, refunds.amount_cents
), refunded as (
  update payments set ${pending} = payments.${pending} - refund.amount_cents
  from refund
  where payments.id = refund.payment_id
  returning refund.id, payments.merchant_id, payments.is_live, refund.amount_cents
), ${letGoRefund("refunded")}
select refunded.id from refunded`,
  );
}

/** $1 refund, $2 payment, $3 merchant, $4 mode. One that has not been given back is not there yet. */
export function getRefund(release: Release): Statement {
  return statement(
    "get-refund",
    `select ${refundColumns(release)}
from refunds join payments on payments.id = refunds.payment_id
where refunds.id = $1::text and refunds.payment_id = $2::text and payments.merchant_id = $3::text
  and payments.is_live = $4::boolean and refunds.state = 'succeeded'`,
  );
}

/** Latest first. $1 payment, $2 merchant, $3 mode, $4 how many, $5 how many to pass over. */
export function listRefunds(release: Release): Statement {
  return statement(
    "list-refunds",
    `select ${refundColumns(release)}
from refunds join payments on payments.id = refunds.payment_id
where refunds.payment_id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean
  and refunds.state = 'succeeded'
order by refunds.created_at desc, refunds.id desc
limit $4::integer offset $5::integer`,
  );
}

/** A refund in whatever state, with the code that the acquirer refused it with. $1 refund. */
export function findRefund(release: Release): Statement {
  return statement(
    "find-refund",
    `select ${refundColumns(release)}, acquirer_operations.code
from refunds join payments on payments.id = refunds.payment_id
  join acquirer_operations on acquirer_operations.reference = refunds.id
where refunds.id = $1::text`,
  );
}
