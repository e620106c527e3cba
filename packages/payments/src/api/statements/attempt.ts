import { statement, type Statement } from "../../database/statement.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { Release } from "../releases/release.ts";
import { settledColumnsFor, settledColumnsOf } from "./payment-row.ts";

/** What a begun attempt asks the acquirer for. */
export interface BegunAttempt {
  amount_cents: number;
  auto_capture: boolean;
  force_3ds: boolean;
  save_card: boolean;
}

const begun =
  "payments.id, payments.amount_cents, payments.auto_capture, payments.force_3ds, payments.save_card";
const begunOf = "payable.amount_cents, payable.auto_capture, payable.force_3ds, payable.save_card";
const intent = `operation as (
  insert into acquirer_operations (reference, kind, subject_id, amount_cents, state)
  select $2::text, 'payment', payable.id, payable.amount_cents, 'pending' from payable
)`;

/**
 * Writes down that the acquirer is about to be asked for this payment, before it is. From here on the
 * payment can't be aborted or tried with another card until the outcome is known.
 * $1 payment, $2 attempt, $3 to $7 what may be kept of the card, $8 whether the card holder wants it saved
 * (which counts only where they were asked). No row: it can't be paid (any more).
 */
export function beginAttempt(release: Release): Statement {
  return statement(
    "begin-attempt",
    `with payable as (
  update payments set attempt_id = $2::text, payment_method = 'card', card_brand = $3::text, card_last4 = $4::text,
    card_exp_month = $5::smallint, card_exp_year = $6::smallint, card_country = $7::text,
    save_card = payments.save_card or (payments.allow_save_card and $8::boolean)
  where payments.id = $1::text and payments.attempt_id is null and ${release.isOpen}
  returning ${begun}
), ${intent}
select ${begunOf} from payable`,
  );
}

/**
 * As `beginAttempt`, with saved card $3 of the payment's merchant; returns the card's token besides.
 * No row: it can't be paid (any more), or the card is gone.
 */
export function beginSavedAttempt(release: Release): Statement {
  return statement(
    "begin-saved-attempt",
    `with payable as (
  update payments set attempt_id = $2::text, payment_method = 'card', card_id = cards.id, card_brand = cards.brand,
    card_last4 = cards.last4, card_exp_month = ${release.cards.expMonth},
    card_exp_year = ${release.cards.expYear}, card_country = cards.country
  from cards
  where payments.id = $1::text and payments.attempt_id is null and ${release.isOpen}
    and cards.id = $3::text and cards.merchant_id = payments.merchant_id and cards.is_live = payments.is_live
    and cards.deleted_at is null
  returning ${begun}, cards.token
), ${intent}
select ${begunOf}, payable.token from payable`,
  );
}

/** The card holder has to go to $2 first to settle attempt $1; the merchant hears of it. No row: known already, or settled. */
export const challengeAttempt: Statement = statement(
  "challenge-attempt",
  `with operation as (
  update acquirer_operations set challenge_url = $2::text, challenged_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
    and acquirer_operations.challenged_at is null
  returning acquirer_operations.subject_id
), challenged as (
  select payments.id, payments.merchant_id, payments.is_live, payments.notification_url
  from operation join payments on payments.id = operation.subject_id
), ${enqueueNotification("challenged", { event: "'payment.challenged'" })}
select challenged.id from challenged`,
);

/**
 * The acquirer declined attempt $1: the payment failed, with code $2 and message $3; $4 whether the card
 * holder proved who they are. No row: done before.
 */
export function failPayment(release: Release): Statement {
  return statement(
    "fail-payment",
    `with operation as (
  update acquirer_operations set state = 'declined', code = $2::text, finished_at = now()
  where acquirer_operations.reference = $1::text and acquirer_operations.state = 'pending'
  returning acquirer_operations.reference, acquirer_operations.subject_id
), failed as (
  update payments set failure_code = $2::text, failure_message = $3::text, is_3ds = $4::boolean${release.setFailed}
  from operation
  where payments.id = operation.subject_id and payments.attempt_id = operation.reference and ${release.isOpen}
  returning ${settledColumnsFor(release)}
), ${enqueueNotification("failed", { event: "'payment.failed'" })}
select ${settledColumnsOf("failed", release)} from failed`,
  );
}

/** What recovery needs to know of the payment behind attempt $1. */
export const findAttempt: Statement = statement(
  "find-attempt",
  `select payments.id, payments.auto_capture, payments.save_card
from acquirer_operations join payments on payments.id = acquirer_operations.subject_id
where acquirer_operations.reference = $1::text`,
);
