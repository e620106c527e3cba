import { setTimeout as sleep } from "node:timers/promises";
import { terminalPayment } from "./platform.ts";
import type { PointOfSale, TerminalMessage } from "./point-of-sale.ts";

type Body = Record<string, unknown>;

export const failed = (condition: string): object => ({
  Response: { Result: "Failure", ErrorCondition: condition },
});
export const success = { Response: { Result: "Success" } };
export const login: TerminalMessage = { category: "Login", request: { DateTime: "2026-01-01T00:00:00Z" } };

/** An acquirer that takes its time, and terminals that soon look after what they lost. */
export const unhurried = {
  acquirer: { "latency-ms": 60, "late-ms": 1_000 },
  terminals: { "recover-after-ms": 300, "recover-every-ms": 50, "acquirer-timeout-ms": 400 },
};

export function transactionOf(answer: Body): string {
  const data = answer["POIData"] as { POITransactionID: { TransactionID: string } };
  return data.POITransactionID.TransactionID;
}

export function reversalOf(transaction: string, rest: object = {}): object {
  return {
    OriginalPOITransaction: {
      POITransactionID: { TransactionID: transaction, TimeStamp: "2026-01-01T00:00:00Z" },
    },
    ReversalReason: "MerchantCancel",
    ...rest,
  };
}

/** The first terminal of a point of sale, as its till uses it. */
export class Terminal {
  readonly #pos: PointOfSale;
  #count = 0;

  constructor(pos: PointOfSale) {
    this.#pos = pos;
  }

  /** A ServiceID that has not been used. */
  fresh(): string {
    this.#count += 1;
    return `service-${String(this.#count)}`;
  }

  async pay(amount: number, { card, serviceId }: { card?: string; serviceId?: string } = {}): Promise<Body> {
    return this.#pos.send({
      category: "Payment",
      request: terminalPayment(amount, card),
      ...(serviceId === undefined ? {} : { serviceId }),
    });
  }

  async statusOf(serviceId: string, MessageCategory = "Payment"): Promise<Body> {
    return this.#pos.send({
      category: "TransactionStatus",
      request: { MessageReference: { MessageCategory, SaleID: "test", ServiceID: serviceId } },
    });
  }

  /** Asks until it is known; an answer that never comes fails the test by its time-out. */
  async untilKnown(serviceId: string, category = "Payment"): Promise<Body> {
    for (;;) {
      const status = await this.statusOf(serviceId, category);
      const { ErrorCondition } = status["Response"] as { ErrorCondition?: string };
      if (ErrorCondition !== "InProgress") {
        const repeated = status["RepeatedMessageResponse"] as
          | { RepeatedResponseMessageBody: Body }
          | undefined;
        return (repeated?.RepeatedResponseMessageBody[`${category}Response`] as Body | undefined) ?? status;
      }
      await sleep(20);
    }
  }

  async untilPending(): Promise<void> {
    const pending = "select from acquirer_operations where state = 'pending'";
    while ((await this.#pos.sql.query(pending)).rows.length === 0) await sleep(5);
  }

  async abort(ServiceID: string): Promise<Body> {
    const MessageReference = { MessageCategory: "Payment", SaleID: "test", ServiceID };
    return this.#pos.send({
      category: "Abort",
      request: { AbortReason: "MerchantAbort", MessageReference },
    });
  }

  /** What was booked under a reference, on the acquirer's account. */
  async booked(reference: string): Promise<number[]> {
    const { rows } = await this.#pos.sql.query<{ cents: number }>(
      `select ledger_entries.amount_cents::integer as cents from ledger_entries
       where ledger_entries.reference = $1::text and ledger_entries.account_id like '%:acquirer'`,
      [reference],
    );
    return rows.map(({ cents }) => cents);
  }

  /** By how much what merchants are owed differs from their ledger accounts; each difference once. */
  async balanceDifferences(): Promise<number[]> {
    const { rows } = await this.#pos.sql.query<{ difference: number }>(
      `select (payable_cents + (select coalesce(sum(amount_cents), 0) from ledger_entries
         where account_id = 'test:merchant:' || merchant_id))::integer as difference
       from merchant_payables where not is_live and payable_cents <> 0`,
    );
    return [...new Set(rows.map(({ difference }) => difference))];
  }

  /** Transactions in which something is kept that could be a card number. */
  async keptCardNumbers(): Promise<string[]> {
    const { rows } = await this.#pos.sql.query<{ text: string }>(
      "select terminal_transactions::text as text from terminal_transactions",
    );
    return rows
      .map(({ text }) => text)
      .filter((text) => /\d{12,}/.test(text.replaceAll(/(?:trm|rev)_\w+|service-\w+/g, "")));
  }
}
