import { statement, type Statement } from "../../database/statement.ts";
import type { Release } from "../releases/release.ts";
import { paymentColumns, shownColumns } from "./payment-row.ts";

/** A `ShownPaymentRow`. $1 payment, $2 merchant, $3 mode. */
export function getPayment(release: Release): Statement {
  return statement(
    "get-payment",
    `select ${paymentColumns(release)}, ${shownColumns("payments")}
from payments
where payments.id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean`,
  );
}

/** The payment of a hosted page (`HostedPaymentRow`): whoever has its address may see it. $1 payment. */
export function getHostedPayment(release: Release): Statement {
  return statement(
    "get-hosted-payment",
    `select ${paymentColumns(release)}, merchants.name as merchant_name,
  case when payments.attempt_id is not null then (
    select acquirer_operations.challenge_url from acquirer_operations
    where acquirer_operations.reference = payments.attempt_id and acquirer_operations.state = 'pending'
  ) end as challenge_url
from payments join merchants on merchants.id = payments.merchant_id
where payments.id = $1::text`,
  );
}

/** `ShownPaymentRow`s, latest first. $1 merchant, $2 mode, $3 how many, $4 how many to pass over. */
export function listPayments(release: Release): Statement {
  return statement(
    "list-payments",
    `select ${paymentColumns(release)}, ${shownColumns("payments")}
from payments
where payments.merchant_id = $1::text and payments.is_live = $2::boolean
order by payments.created_at desc, payments.id desc
limit $3::integer offset $4::integer`,
  );
}
