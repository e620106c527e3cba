import { statement, type Statement } from "../../database/statement.ts";
import { enqueueNotification } from "../../notifications/enqueue.ts";
import type { Release } from "../releases/release.ts";
import { paymentColumns, paymentColumnsOf, shownColumns } from "./payment-row.ts";

const ofMerchant =
  "payments.id = $1::text and payments.merchant_id = $2::text and payments.is_live = $3::boolean";

/** $1 payment, $2 merchant, $3 mode, $4 message. No row: not open, or the acquirer has been asked already. */
export function abortPayment(release: Release): Statement {
  return statement(
    "abort-payment",
    `with aborted as (
  update payments set failure_code = 'aborted', failure_message = $4::text${release.setAborted}
  where ${ofMerchant} and payments.attempt_id is null and ${release.isOpen}
  returning payments.merchant_id, ${paymentColumns(release)}
), ${enqueueNotification("aborted", { event: "'payment.failed'" })}
select ${paymentColumnsOf("aborted", release)}, ${shownColumns("aborted")}
from aborted`,
  );
}

/** $1 payment, $2 merchant, $3 mode, $4 metadata, which takes the place of what was there. */
export function updateMetadata(release: Release): Statement {
  return statement(
    "update-metadata",
    `update payments set metadata = $4::jsonb
where ${ofMerchant}
returning ${paymentColumns(release)}, ${shownColumns("payments")}`,
  );
}
