import { amountOf } from "./nexo/amount.ts";
import { failure, type ServiceResponse } from "./nexo/message.ts";
import type { TransactionRow } from "./statements/payment.ts";

/** The PaymentResponse of a transaction, with no more of the card than its last digits. */
export function renderPayment(row: TransactionRow): ServiceResponse {
  // A payment that was reversed later was a success; its reversal has a response of its own.
  const isPaid = row.state === "approved" || row.state === "reversed";
  const facts = {
    SaleData: { SaleTransactionID: { TransactionID: row.sale_transaction_id } },
    POIData: { POITransactionID: { TransactionID: row.id, TimeStamp: row.created_at.toISOString() } },
    PaymentResult: {
      AmountsResp: { Currency: "EUR", AuthorizedAmount: isPaid ? amountOf(row.amount_cents) : 0 },
      PaymentInstrumentData: {
        CardData: { PaymentBrand: row.card_brand, MaskedPan: `************${row.card_last4}` },
      },
    },
  };
  if (isPaid) return { Response: { Result: "Success" }, ...facts };
  switch (row.state) {
    case "pending":
      return failure("InProgress", "Not known yet: ask with TransactionStatus.");
    case "aborted":
      return { ...failure("Aborted", "It never reached the acquirer; nothing was charged."), ...facts };
    default:
      return { ...failure("Refusal", row.code ?? "declined"), ...facts };
  }
}
