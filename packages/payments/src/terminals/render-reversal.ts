import { amountOf } from "./nexo/amount.ts";
import { failure, type ServiceResponse } from "./nexo/message.ts";
import type { ReversalRow } from "./statements/reversal.ts";

/** The ReversalResponse of a reversal. */
export function renderReversal(row: ReversalRow): ServiceResponse {
  const facts = {
    OriginalPOITransaction: {
      POITransactionID: { TransactionID: row.transaction_id, TimeStamp: row.original_at.toISOString() },
    },
    POIData: { POITransactionID: { TransactionID: row.id, TimeStamp: row.created_at.toISOString() } },
  };
  switch (row.state) {
    case "pending":
      return failure("InProgress", "Not known yet: ask with TransactionStatus.");
    case "approved":
      return { Response: { Result: "Success" }, ...facts, ReversedAmount: amountOf(row.amount_cents) };
    case "declined":
      return {
        ...(row.code === "voided"
          ? failure("Aborted", "It never reached the acquirer; nothing was given back.")
          : failure("Refusal", row.code ?? "declined")),
        ...facts,
        ReversedAmount: 0,
      };
  }
}
