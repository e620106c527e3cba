import type { Card } from "../../payments/card.ts";
import { luhnValid, readExpiry, traceOf } from "../../payments/card.ts";
import { newIdentifier } from "../../payments/identifier.ts";
import type { TerminalContext } from "../context.ts";
import { centsOf } from "../nexo/amount.ts";
import { failure, type ServiceResponse } from "../nexo/message.ts";
import { name, object, transactionIdentification } from "../nexo/schema.ts";
import { renderPayment } from "../render-payment.ts";
import type { Message, Service } from "../service.ts";
import { settlePayment } from "../settle-payment.ts";
import { terminalStatements } from "../statements/all.ts";
import type { TransactionRow } from "../statements/payment.ts";

interface PaymentRequest {
  SaleData: { SaleTransactionID: { TransactionID: string } };
  PaymentTransaction: { AmountsReq: { Currency: string; RequestedAmount: number } };
  PaymentData: {
    PaymentType?: string;
    PaymentInstrumentData: { CardData: { SensitiveCardData: { PAN: string; ExpiryDate: string } } };
  };
}

/** What is to be charged, once everything about it was found right. */
interface Charge {
  id: string;
  amountCents: number;
  saleTransactionId: string;
  card: Omit<Card, "cvv">;
}

const smallestCents = 99;
const largestCents = 2_000_000;

/** Payment: charges the card that the terminal has read. The same SaleID and ServiceID charge it once. */
export const payment: Service<PaymentRequest> = {
  schema: object({
    SaleData: object({ SaleTransactionID: transactionIdentification }),
    PaymentTransaction: object({
      AmountsReq: object({ Currency: name, RequestedAmount: { type: "number" } }),
    }),
    PaymentData: object(
      {
        PaymentType: name,
        PaymentInstrumentData: object({
          CardData: object({
            SensitiveCardData: object({
              PAN: { type: "string", pattern: "^[0-9]{12,19}$" },
              ExpiryDate: { type: "string", pattern: "^[0-9]{4}$" },
            }),
          }),
        }),
      },
      ["PaymentType"],
    ),
  }),
  needsLogin: true,
  async serve(context, message) {
    const charge = readCharge(message.request);
    if ("Response" in charge) return charge;
    const { database, acquirer } = context;
    const { header, terminal } = message;
    const { id, amountCents, card } = charge;
    const trace = traceOf(card);
    const begun = await database.run(terminalStatements.beginTransaction, [
      id,
      terminal.poi_id,
      header.SaleID,
      header.ServiceID,
      charge.saleTransactionId,
      amountCents,
      trace.brand,
      trace.last4,
    ]);
    if (begun.length === 0) return answerAgain(context, { message, charge });
    let outcome = await acquirer.authorise({
      reference: id,
      amountCents,
      instrument: { card: { ...card, cvv: "" } },
      capture: true,
      // The card was there, and its holder typed a PIN: 3-D Secure is for cards that are far away.
      challenge: "none",
    });
    if (outcome.state === "unknown") outcome = await acquirer.inquire(id);
    if (outcome.state === "unknown" || outcome.state === "challenge") {
      return failure("InProgress", "Not known yet: ask with TransactionStatus.");
    }
    const settled = await settlePayment(context, { reference: id, outcome });
    return settled === undefined ? answerAgain(context, { message, charge }) : renderPayment(settled);
  },
};

function readCharge(request: PaymentRequest): Charge | ServiceResponse {
  const { PaymentType = "Normal", PaymentInstrumentData } = request.PaymentData;
  if (PaymentType !== "Normal") return failure("UnavailableService", "PaymentType can only be Normal.");
  const { Currency, RequestedAmount } = request.PaymentTransaction.AmountsReq;
  if (Currency !== "EUR") return failure("NotAllowed", "Currency can only be EUR.");
  const amountCents = centsOf(RequestedAmount);
  if (amountCents === undefined) {
    return failure("MessageFormat", "RequestedAmount has more than two decimal places.");
  }
  if (amountCents < smallestCents || amountCents > largestCents) {
    return failure("NotAllowed", "RequestedAmount lies between 0.99 and 20000.");
  }
  const { PAN: number, ExpiryDate } = PaymentInstrumentData.CardData.SensitiveCardData;
  const expiry = readExpiry(`${ExpiryDate.slice(0, 2)}/${ExpiryDate.slice(2)}`, new Date());
  if (expiry === undefined || !luhnValid(number)) return failure("InvalidCard", "The card can't be used.");
  return {
    id: newIdentifier("trm"),
    amountCents,
    saleTransactionId: request.SaleData.SaleTransactionID.TransactionID,
    card: { number, ...expiry },
  };
}

/** The answer to a message that was there before; another payment under its identifiers is refused. */
async function answerAgain(
  { database }: TerminalContext,
  { message, charge }: { message: Message<PaymentRequest>; charge: Charge },
): Promise<ServiceResponse> {
  const { header, terminal } = message;
  const [row] = await database.run<TransactionRow>(terminalStatements.findTransaction, [
    terminal.poi_id,
    header.SaleID,
    header.ServiceID,
  ]);
  const isSame =
    row !== undefined &&
    row.amount_cents === charge.amountCents &&
    row.sale_transaction_id === charge.saleTransactionId &&
    row.card_last4 === traceOf(charge.card).last4;
  return isSame
    ? renderPayment(row)
    : failure("NotAllowed", "This ServiceID was used for something else already.");
}
