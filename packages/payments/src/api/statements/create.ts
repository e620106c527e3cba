import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

/**
 * The insert of an open payment ($1 to $20 are `insertValues` of paying/new-payment.ts), as many times as
 * `source` has rows: a CTE, or null for once. `insertContacts` goes with it.
 */
export function insertOpenPayment({ created, contacts, initiator }: Release, source: string | null): string {
  return `insert into payments (id, merchant_id, is_live, amount_cents, currency, created_at, description, metadata,
  ${contacts.inserted.columns}hosted_payment, notification_url, auto_capture, authorized_amount_cents, force_3ds,
  save_card, allow_save_card, initiator, customer_id, installment_plan_id, ${created.columns})
select $1::text, $2::text, $3::boolean, $4::integer, $5::text, to_timestamp($6::double precision),
  $7::text, $8::jsonb, ${contacts.inserted.values}$11::jsonb, $12::text, $13::boolean, $14::integer, $15::boolean,
  $16::boolean, $17::boolean, ${initiator("$18::text")}, $19::text, $20::text, ${created.values}${from(source)}
returning payments.id`;
}

/** The CTE that has to stand beside `insertOpenPayment`, where there is one. `lead` comes before it. */
export function insertContacts(
  { contacts }: Release,
  { source, lead }: { source: string | null; lead: "with " | ", " },
): string {
  const besides = contacts.besides(from(source));
  return besides === "" ? "" : `${lead}${besides}`;
}

const from = (source: string | null): string => (source === null ? "" : ` from ${source}`);

/** Returns the id. */
export function insertPayment(release: Release): Statement {
  const contacts = insertContacts(release, { source: null, lead: "with " });
  return statement("insert-payment", `${contacts}\n${insertOpenPayment(release, null)}`);
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
)${insertContacts(release, { source: "claimed", lead: ", " })}
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
)${insertContacts(release, { source: "tied", lead: ", " })}
${insertOpenPayment(release, "tied")}`,
  );
}
