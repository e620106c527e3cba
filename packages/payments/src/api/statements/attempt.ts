import { statement, type Statement } from "../../database/statement.ts";
import { bookCapture } from "../../ledger/booking.ts";
import type { Release } from "../releases/release.ts";
import { paymentColumns, paymentColumnsOf } from "./payment-row.ts";

/**
 * Writes down that the acquirer is about to be asked for this payment, before it is. From here on the
 * payment can't be aborted or tried with another card until the outcome is known.
 * $1 payment, $2 attempt, $3 to $7 what may be kept of the card. No row: it can't be paid (any more).
 */
export function beginAttempt(release: Release): Statement {
  return statement(
    "begin-attempt",
    `with payable as (
  update payments set attempt_id = $2::text, card_brand = $3::text, card_last4 = $4::text,
    card_exp_month = $5::smallint, card_exp_year = $6::smallint, card_country = $7::text
  where payments.id = $1::text and payments.attempt_id is null and ${release.isOpen}
  returning payments.id, payments.amount_cents
)
insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
select $2::text, 'payment', payable.id, payable.amount_cents, 'pending' from payable
returning acquirer_operations.amount_cents`,
  );
}

/** The acquirer approved attempt $1: payment paid and capture booked, once. No row: somebody did it before. */
export function settlePayment(release: Release): Statement {
  return statement(
    "settle-payment",
    `with operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference, acquirer_operations.subject_id
), paid as (
  update payments set paid_at = now()${release.setPaid}
  from operation
  where payments.id = operation.subject_id and payments.attempt_id = operation.reference and ${release.isOpen}
  returning payments.merchant_id, ${paymentColumns(release)}
), ${bookCapture("paid")}
select ${paymentColumnsOf("paid", release)}
from paid`,
  );
}

/** The acquirer declined attempt $1: the payment failed, with code $2 and message $3. No row: done before. */
export function failPayment(release: Release): Statement {
  return statement(
    "fail-payment",
    `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference, acquirer_operations.subject_id
)
update payments set failure_code = $2::text, failure_message = $3::text${release.setFailed}
from operation
where payments.id = operation.subject_id and payments.attempt_id = operation.reference and ${release.isOpen}
returning ${paymentColumns(release)}`,
  );
}
