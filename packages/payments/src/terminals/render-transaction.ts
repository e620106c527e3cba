import { failure, type ServiceResponse } from "./nexo.ts";
import type { TransactionRow } from "./statements.ts";

/** The PaymentResponse of a transaction, with no more of the card than its last digits. */
export function renderTransaction(row: TransactionRow): ServiceResponse {
  if (row.state === "pending") return failure("InProgress", "The acquirer has not answered yet.");
  const facts = {
    SaleData: { SaleTransactionID: { TransactionID: row.sale_transaction_id } },
    POIData: { POITransactionID: { TransactionID: row.id, TimeStamp: row.created_at.toISOString() } },
    PaymentResult: {
      AmountsResp: {
        Currency: "EUR",
        AuthorizedAmount: row.state === "approved" ? row.amount_cents / 100 : 0,
      },
      PaymentInstrumentData: {
        CardData: { PaymentBrand: row.card_brand, MaskedPan: `************${row.card_last4}` },
      },
    },
  };
  return row.state === "approved"
    ? { Response: { Result: "Success" }, ...facts }
    : { ...failure("Refusal", row.code ?? "declined"), ...facts };
}
