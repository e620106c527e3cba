/**
 * CTEs for a POST that is a single statement: what it makes and the answer for its Idempotency-Key, both or
 * neither. Parameters: `merchant` and the mode after it; `key` (null when there is none), the fingerprint and the
 * answer after it. `fresh` is one row with `merchant_id` and `is_live`, or none when the key is taken.
 */
export function onlyOnce({ merchant, key }: { merchant: number; key: number }): string {
  const owner = `$${String(merchant)}::text as merchant_id, $${String(merchant + 1)}::boolean as is_live`;
  const theKey = `$${String(key)}::text`;
  return `claimed as (
  insert into idempotency_keys (merchant_id, is_live, key, fingerprint, status_code, body)
  select $${String(merchant)}::text, $${String(merchant + 1)}::boolean, ${theKey}, $${String(key + 1)}::bytea, 201,
    $${String(key + 2)}::text
  where ${theKey} is not null
  on conflict (merchant_id, is_live, key) do nothing
  returning idempotency_keys.key
), fresh as (
  select ${owner} where ${theKey} is null or exists (select from claimed)
)`;
}
