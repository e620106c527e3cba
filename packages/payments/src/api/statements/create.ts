import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

const columns = `id, merchant_id, is_live, amount_cents, currency, created_at, description, metadata,
  billing, shipping, hosted_payment, notification_url, auto_capture, authorized_amount_cents, force_3ds,
  save_card, allow_save_card, initiator, customer_id, installment_plan_id`;

const values = `$1::text, $2::text, $3::boolean, $4::integer, $5::text, to_timestamp($6::double precision),
  $7::text, $8::jsonb, $9::jsonb, $10::jsonb, $11::jsonb, $12::text, $13::boolean, $14::integer, $15::boolean,
  $16::boolean, $17::boolean, $18::text, $19::text, $20::text`;

/**
 * The insert of an open payment ($1 to $20 are `insertValues` of paying/new-payment.ts), as many times as
 * `source` has rows: a CTE, or null for once.
 */
export function insertOpenPayment({ created }: Release, source: string | null): string {
  return `insert into payments (${columns}, ${created.columns})
select ${values}, ${created.values}${source === null ? "" : ` from ${source}`}
returning payments.id`;
}

/** Returns the id. */
export function insertPayment(release: Release): Statement {
  return statement("insert-payment", insertOpenPayment(release, null));
}

/**
 * The payment and the answer for its Idempotency-Key ($21 key, $22 fingerprint, $23 answer) in one
 * statement: both or neither. Returns no row when the key is taken. A request with the same key that is
 * still being written makes this one wait for its outcome.
 */
export function insertPaymentOnce(release: Release): Statement {
  return statement(
    "insert-payment-once",
    `with claimed as (
  insert into idempotency_keys (merchant_id, is_live, key, fingerprint, status_code, body, subject_id)
  values ($2::text, $3::boolean, $21::text, $22::bytea, 201, $23::text, $1::text)
  on conflict (merchant_id, is_live, key) do nothing
  returning idempotency_keys.key
)
${insertOpenPayment(release, "claimed")}`,
  );
}

/**
 * The payment that a saved card is about to be charged for, tied to the Idempotency-Key $21 that its request
 * has claimed, so that the key never gets a second one. No row: another request has taken the key over.
 */
export function insertPaymentForKey(release: Release): Statement {
  return statement(
    "insert-payment-for-key",
    `with tied as (
  update idempotency_keys set subject_id = $1::text
  where idempotency_keys.merchant_id = $2::text and idempotency_keys.is_live = $3::boolean
    and idempotency_keys.key = $21::text and idempotency_keys.subject_id is null
    and idempotency_keys.status_code is null
  returning idempotency_keys.key
)
${insertOpenPayment(release, "tied")}`,
  );
}
