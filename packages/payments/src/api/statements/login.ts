import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";

/**
 * Counts an attempt to log in with the login whose SHA-256 is $1, whether there is one or not, and says how many
 * there were since the first of the last 15 minutes. Forgets some that nobody has used for an hour.
 */
export const countLoginAttempt = statement(
  "count-login-attempt",
  `with forgotten as (
  delete from login_attempts where login_attempts.login_hash in (
    select login_attempts.login_hash from login_attempts
    where login_attempts.first_at < now() - interval '1 hour' and login_attempts.login_hash <> $1::bytea
    order by login_attempts.first_at
    limit 10
    for update skip locked
  )
)
insert into login_attempts (login_hash, attempts) values ($1::bytea, 1)
on conflict (login_hash) do update set
  attempts = case when login_attempts.first_at < now() - interval '15 minutes' then 1
    else login_attempts.attempts + 1 end,
  first_at = case when login_attempts.first_at < now() - interval '15 minutes' then now()
    else login_attempts.first_at end
returning login_attempts.attempts,
  ceil(extract(epoch from login_attempts.first_at + interval '15 minutes' - now()))::integer as seconds_left`,
);

export interface LoginRow {
  merchant_id: string;
  password_hash: Buffer;
}

/** $1 the email address that somebody logs in with, in lower case. */
export function findLogin({ logins: { table, merchantId } }: Release): Statement {
  return statement(
    "find-login",
    `select ${table}.${merchantId} as merchant_id, ${table}.password_hash
from ${table}
where ${table}.login_email = $1::text and ${table}.password_hash is not null`,
  );
}

/** New keys of merchant $1, by their SHA-256: $2 for test, $3 for live mode. Older ones keep working. */
export function issueKeys({ keyId }: Release): Statement {
  return statement(
    "issue-keys",
    `insert into api_keys (key_hash, merchant_id, is_live${keyId.column})
values ($2::bytea, $1::text, false${keyId.value("$2::bytea")}),
  ($3::bytea, $1::text, true${keyId.value("$3::bytea")})
returning api_keys.is_live`,
  );
}
