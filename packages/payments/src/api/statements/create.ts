import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

const columns = `id, merchant_id, is_live, amount_cents, currency, created_at, description, metadata,
  billing, shipping, hosted_payment, notification_url`;

const values = `$1::text, $2::text, $3::boolean, $4::integer, $5::text, to_timestamp($6::double precision),
  $7::text, $8::jsonb, $9::jsonb, $10::jsonb, $11::jsonb, $12::text`;

/** Returns the id. */
export function insertPayment({ created }: Release): Statement {
  return statement(
    "insert-payment",
    `insert into payments (${columns}, ${created.columns})
values (${values}, ${created.values})
returning payments.id`,
  );
}

/**
 * The payment and the answer for its Idempotency-Key ($13 key, $14 fingerprint, $15 answer) in one
 * statement: both or neither. Returns no row when the key is taken. A request with the same key that is
 * still being written makes this one wait for its outcome.
 */
export function insertPaymentOnce({ created }: Release): Statement {
  return statement(
    "insert-payment-once",
    `with claimed as (
  insert into idempotency_keys (merchant_id, is_live, key, fingerprint, status_code, body)
  values ($2::text, $3::boolean, $13::text, $14::bytea, 201, $15::text)
  on conflict (merchant_id, is_live, key) do nothing
  returning idempotency_keys.key
)
insert into payments (${columns}, ${created.columns})
select ${values}, ${created.values} from claimed
returning payments.id`,
  );
}
