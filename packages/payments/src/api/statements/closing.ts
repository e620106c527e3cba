import { statement, type Statement } from "../../database/statement.ts";
import { bookCapture } from "../../ledger/booking.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { Release } from "../releases/release.ts";

// An authorisation is closed once: captured, or let go. `closing_id` is the operation that does it; whoever
// sets it first has won, and it is emptied only when the acquirer declined.

const opens = (release: Release): string => `payments.closing_id is null and ${release.isAuthorized}`;
const intent = (kind: "capture" | "release", amount: string): string => `operation as (
  insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
  select payable.closing_id, '${kind}', payable.id, ${amount}, 'pending' from payable
)
select payable.attempt_id, ${amount} as amount_cents from payable`;

/**
 * Writes down that the acquirer is about to be asked to capture $5 cents (null: all) of payment $1 (merchant
 * $2, mode $3) as $4. No row: not authorized, expired, being closed, or more than was authorized.
 */
export function beginCapture(release: Release): Statement {
  return statement(
    "begin-capture",
    `with payable as (
  update payments set closing_id = $4::text
  where payments.id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean
    and ${opens(release)} and payments.authorization_expires_at > now()
    and coalesce($5::integer, payments.authorized_amount_cents) <= payments.authorized_amount_cents
  returning payments.id, payments.attempt_id, payments.closing_id, payments.authorized_amount_cents
), ${intent("capture", "coalesce($5::integer, payable.authorized_amount_cents)")}`,
  );
}

/**
 * Writes down that the acquirer is about to be asked to let go of payment $1 as $2, because it expired ($3
 * true) or because the merchant aborts it, which it can only before that. No row: somebody else closes it.
 */
export function beginRelease(release: Release): Statement {
  return statement(
    "begin-release",
    `with payable as (
  update payments set closing_id = $2::text
  where payments.id = $1::text and ${opens(release)}
    and (payments.authorization_expires_at <= now()) = $3::boolean
  returning payments.id, payments.attempt_id, payments.closing_id, payments.authorized_amount_cents
), ${intent("release", "payable.authorized_amount_cents")}`,
  );
}

const approve = (kind: "capture" | "release"): string => `operation as (
  update acquirer_operations set state = 'approved', finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
    and acquirer_operations.kind = '${kind}'
  returning acquirer_operations.reference, acquirer_operations.subject_id, acquirer_operations.amount_cents,
    acquirer_operations.started_at
)`;
const closes = (release: Release): string =>
  `payments.id = operation.subject_id and payments.closing_id = operation.reference and ${release.isAuthorized}`;

/** The acquirer captured $1: paid and booked, once. No row: somebody did it before. */
export function settleCapture(release: Release): Statement {
  return statement(
    "settle-capture",
    `with ${approve("capture")}, captured as (
  update payments set paid_at = now(), amount_cents = operation.amount_cents${release.setPaid}
  from operation
  where ${closes(release)}
  returning payments.id, payments.merchant_id, payments.is_live, payments.amount_cents, payments.notification_url
), ${bookCapture("captured")}, ${enqueueNotification("captured", { event: "'payment.paid'" })}
select captured.id from captured`,
  );
}

/**
 * Nothing is held any more because of release $1: aborted ($2 is the message) when it was begun before the
 * authorisation expired, failed for want of time ($3) after that. No row: somebody did it before.
 */
export function settleRelease(release: Release): Statement {
  const aborted = "operation.started_at < payments.authorization_expires_at";
  return statement(
    "settle-release",
    `with ${approve("release")}, released as (
  update payments set failure_code = case when ${aborted} then 'aborted' else 'timeout' end,
    failure_message = case when ${aborted} then $2::text else $3::text end${release.setReleased(aborted)}
  from operation
  where ${closes(release)}
  returning payments.id, payments.merchant_id, payments.is_live, payments.notification_url
), ${enqueueNotification("released", { event: "'payment.failed'" })}
select released.id from released`,
  );
}

/** The acquirer declined capture or release $1 with code $2: the authorisation is as it was. No row: done before. */
export const refuseClosing: Statement = statement(
  "refuse-closing",
  `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
    and acquirer_operations.kind in ('capture', 'release')
  returning acquirer_operations.reference, acquirer_operations.subject_id
)
update payments set closing_id = null
from operation
where payments.id = operation.subject_id and payments.closing_id = operation.reference
returning payments.id`,
);
