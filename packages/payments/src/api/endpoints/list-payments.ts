import { listOfMerchant } from "../list-of-merchant.ts";
import { renderPayment } from "../render-payment.ts";
import type { ShownPaymentRow } from "../statements/payment-row.ts";

/** GET /v1/payments?per_page&page, latest first. */
export const listPayments = listOfMerchant<ShownPaymentRow>({
  path: "/v1/payments",
  statement: (statements) => statements.listPayments,
  render: renderPayment,
});
