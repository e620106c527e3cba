import { testCards } from "../acquirer/test-cards.ts";
import { startProcess } from "../platform/supervisor.ts";
import type { Access } from "../seed/access.ts";
import { saleToPoiRequest } from "../terminals/nexo/sale-to-poi-request.ts";

const cards = { approved: testCards.approvedMastercard, declined: testCards.declined };

/** Everything that a terminal does: log in, pay, be declined, ask again, abort, reverse, log out. */
export async function exerciseTerminals(options: { journal: string; access: Access }): Promise<void> {
  const { journal, access } = options;
  const acquirer = await startProcess({ name: "acquirer", flags: { journal, "latency-ms": 1 } });
  const service = await startProcess({
    name: "terminals",
    flags: { acquirer: acquirer.url, connections: 2 },
  });
  const terminal = access.terminals[0];
  const send = async (category: string, serviceId: string, request: object): Promise<string> => {
    const answer = await fetch(`${service.url}/nexo`, {
      method: "POST",
      headers: { authorization: `Bearer ${terminal?.token ?? ""}`, "content-type": "application/json" },
      body: JSON.stringify(
        saleToPoiRequest({ category, request, serviceId, saleId: "till-1", poiId: terminal?.poiId }),
      ),
    });
    if (answer.status !== 200)
      throw new Error(`${category}: ${String(answer.status)} ${await answer.text()}`);
    return answer.text();
  };
  try {
    await send("Login", "s1", { DateTime: "2026-01-01T00:00:00Z" });
    const paid = transactionOf(await send("Payment", "s2", paymentRequest(cards.approved)));
    await send("Payment", "s2", paymentRequest(cards.approved));
    await send("Payment", "s3", paymentRequest(cards.declined));
    await send("TransactionStatus", "s4", { MessageReference: { SaleID: "till-1", ServiceID: "s2" } });
    await send("Abort", "s5", {
      AbortReason: "MerchantAbort",
      MessageReference: { MessageCategory: "Payment", SaleID: "till-1", ServiceID: "s2" },
    });
    await send("Reversal", "s6", reversalRequest(paid));
    await send("Reversal", "s6", reversalRequest(paid));
    const kept = transactionOf(await send("Payment", "s7", paymentRequest(testCards.refundDeclined)));
    await send("Reversal", "s8", reversalRequest(kept));
    await send("Logout", "s9", {});
  } finally {
    await service.stop();
    await acquirer.stop();
  }
}

function paymentRequest(number: string): object {
  return {
    SaleData: { SaleTransactionID: { TransactionID: "sale-1", TimeStamp: "2026-01-01T00:00:00Z" } },
    PaymentTransaction: { AmountsReq: { Currency: "EUR", RequestedAmount: 12.34 } },
    PaymentData: {
      PaymentInstrumentData: { CardData: { SensitiveCardData: { PAN: number, ExpiryDate: "1240" } } },
    },
  };
}

function reversalRequest(transaction: string): object {
  return {
    OriginalPOITransaction: {
      POITransactionID: { TransactionID: transaction, TimeStamp: "2026-01-01T00:00:00Z" },
    },
    ReversalReason: "MerchantCancel",
  };
}

function transactionOf(answer: string): string {
  const id = /"TransactionID":"(trm_\w+)"/.exec(answer)?.[1];
  if (id === undefined) throw new Error(`no transaction in ${answer}`);
  return id;
}
