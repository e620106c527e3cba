import { findPayment } from "../find-payment.ts";
import { listOfMerchant } from "../list-of-merchant.ts";
import { renderRefund } from "../render-refund.ts";
import type { RefundRow } from "../statements/refund.ts";

/** GET /v1/payments/{id}/refunds?per_page&page, latest first. */
export const listRefunds = listOfMerchant<RefundRow>({
  path: "/v1/payments/:id/refunds",
  statement: (statements) => statements.listRefunds,
  render: (_, row) => renderRefund(row),
  below: { find: findPayment },
});
