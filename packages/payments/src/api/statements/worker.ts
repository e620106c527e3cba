import { statement } from "../../database/statement.ts";

/** Authorisations that have expired and that nobody captures or lets go of, longest first, at most $1. */
export const listExpiredAuthorizations = statement(
  "list-expired-authorizations",
  `select payments.id
from payments
where payments.authorized_at is not null and payments.paid_at is null and payments.failure_code is null
  and payments.authorization_expires_at <= now() and payments.closing_id is null
order by payments.authorization_expires_at
limit $1::integer`,
);

/** Forgets at most $2 Idempotency-Keys that were claimed $1 seconds ago. */
export const forgetKeys = statement(
  "forget-idempotency-keys",
  `with old as (
  select idempotency_keys.merchant_id, idempotency_keys.is_live, idempotency_keys.key
  from idempotency_keys
  where idempotency_keys.claimed_at < now() - make_interval(secs => $1::double precision)
  limit $2::integer
  for update skip locked
)
delete from idempotency_keys using old
where idempotency_keys.merchant_id = old.merchant_id and idempotency_keys.is_live = old.is_live
  and idempotency_keys.key = old.key
returning idempotency_keys.key`,
);
