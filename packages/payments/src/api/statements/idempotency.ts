import { statement } from "../../database/statement.ts";

/**
 * Claims key $3 of merchant $1 in mode $2 for the request with fingerprint $4. No row: it is taken. A claim
 * of more than 15 s without an answer and without anything begun was left by a process that died before it
 * did anything (no statement runs longer than 5 s), so the same request may take it over.
 */
export const claimKey = statement(
  "claim-idempotency-key",
  `insert into idempotency_keys (merchant_id, is_live, key, fingerprint)
values ($1::text, $2::boolean, $3::text, $4::bytea)
on conflict (merchant_id, is_live, key) do update set claimed_at = now()
where idempotency_keys.status_code is null and idempotency_keys.subject_id is null
  and idempotency_keys.fingerprint = excluded.fingerprint
  and idempotency_keys.claimed_at < now() - interval '15 seconds'
returning idempotency_keys.key`,
);

/** The first answer stays: $4 status and $5 body are kept only where there is none. */
export const answerKey = statement(
  "answer-idempotency-key",
  `update idempotency_keys set status_code = $4::smallint, body = $5::text
where idempotency_keys.merchant_id = $1::text and idempotency_keys.is_live = $2::boolean
  and idempotency_keys.key = $3::text and idempotency_keys.status_code is null
returning idempotency_keys.key`,
);

export interface KeyRow {
  fingerprint: Buffer;
  status_code: number | null;
  body: string | null;
  subject_id: string | null;
}

export const findKey = statement(
  "find-idempotency-key",
  `select idempotency_keys.fingerprint, idempotency_keys.status_code, idempotency_keys.body,
  idempotency_keys.subject_id
from idempotency_keys
where idempotency_keys.merchant_id = $1::text and idempotency_keys.is_live = $2::boolean
  and idempotency_keys.key = $3::text`,
);
